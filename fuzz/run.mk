# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# run.mk - what runs programs against targets: sockcheck-fuzz, and the same behind the
# engines.  Each engine's fuzz_target is every fuzzer: SOCKCHECK_TARGET says of what.

TARGET_SOURCES := $(wildcard runner/targets/*.c)
RULEBOOK_SOURCES := $(wildcard expected/*.c expected/rules/*.c)
RUN_SOURCES := $(addprefix fuzz/,arena.c campaign.c differ.c execute.c finding.c isolate.c \
	known.c making.c minimise.c sandbox.c write.c write_case.c) \
	$(PROGRAM_SOURCES) $(RULEBOOK_SOURCES) $(TARGET_SOURCES)
RUN_TOOL_SOURCES := fuzz/main.c fuzz/bench.c fuzz/seeds.c $(RUN_SOURCES)

# Stacks are loaded, so these programs are linked dynamically.
FUZZ_FLAGS_targets := -DWITH_STACKS

FUZZ_SOURCES_fuzz_target := fuzz/engine.c fuzz/coverage.c fuzz/kcov.c fuzz/mutator.c $(RUN_SOURCES)
FUZZ_LINK_fuzz_target := -ldl
$(eval $(call fuzz_link,fuzz_target))

# Without the sanitizers, which see nothing of a kernel and take most of the time; and
# without instrumentation of our own code: rules and what they are reached by guide, and
# those show more in the time that is saved.
FUZZ_CC_quick := $(CLANG) -O2
$(eval $(call fuzz_compile,quick))
$(FUZZ)/quick/fuzz_target: $(call fuzz_objects,quick,$(FUZZ_SOURCES_fuzz_target))
	@$(FUZZ_CC_quick) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ -ldl

# For other builds' compiler and engine: OUT=DIR, and the variables that OSS-Fuzz sets.
CXX ?= clang++
LIB_FUZZING_ENGINE ?= -fsanitize=fuzzer
FUZZ_CC_oss := $(CC)
$(eval $(call fuzz_compile,oss))
ifdef OUT
$(OUT)/fuzz_program: $(call fuzz_objects,oss,fuzz/mutator.c $(FUZZ_SOURCES_fuzz_program))
	@mkdir -p $(@D)
	@$(CXX) $(CXXFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_FUZZING_ENGINE)
$(STACKS:%=$(OUT)/fuzz_%): $(call fuzz_objects,oss,$(FUZZ_SOURCES_fuzz_target))
	@mkdir -p $(@D)
	@$(CXX) $(CXXFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_FUZZING_ENGINE) -ldl
endif

$(FUZZ)/sockcheck-fuzz: $(call fuzz_objects,plain,$(RUN_TOOL_SOURCES))
	@$(FUZZ_CC_plain) $(LDFLAGS) -o $@ $^ -ldl

# For the tests: under the sanitizers, and with a target that lies.
$(FUZZ)/test/sockcheck-fuzz: $(filter-out %/targets.o,$(call fuzz_objects,test,$(RUN_TOOL_SOURCES))) \
		$(call fuzz_objects,test,runner/tests/fuzz/liar.c) $(FUZZ)/test/targets.o
	@$(FUZZ_CC_test) $(LDFLAGS) -o $@ $^ -ldl

$(FUZZ)/test/targets.o: runner/targets/targets.c $(FUZZ)/flags
	@mkdir -p $(@D)
	@$(FUZZ_CC_test) $(ALL_CFLAGS) -DWITH_STACKS -DWITH_MODEL_TARGET -MMD -MP -c -o $@ $<

-include $(foreach kind,plain quick libfuzzer test,$(foreach source,$(sort $(FUZZ_SOURCES_fuzz_target) \
	$(RUN_TOOL_SOURCES)),$(FUZZ)/$(kind)/obj/$(source:.c=.d)))

# make fuzz FUZZER=host TIME=10m JOBS=2 [ENGINE=libfuzzer|afl]; make replay FILE=...
FUZZER ?= host
TIME ?= 10m
ENGINE ?= libfuzzer
FUZZ_PARSER = $(filter program tap,$(FUZZER))
FUZZ_ENGINE = $(FUZZ)/$(if $(filter afl,$(ENGINE)),afl,$(if $(FUZZ_PARSER),libfuzzer,quick))/fuzz_$(or $(FUZZ_PARSER),target)
FUZZ_RUN := PYTHONPATH=runner:fuzz PYTHONPYCACHEPREFIX=$(abspath $(BUILD))/pycache \
	PYTHONDONTWRITEBYTECODE= $(PYTHON)
fuzz_target_of = $(if $(filter $(STACKS),$(1)),$(abspath $(BUILD))/targets/$(1).so,$(1))

# FUZZER=diff is A against B, without the rulebook between them.
A ?= host
B ?= lwip
FUZZ_FIRST = $(if $(filter diff,$(FUZZER)),$(A),$(FUZZER))
FUZZ_STACK = $(patsubst %,$(BUILD)/targets/%.so,$(filter $(STACKS),$(FUZZ_FIRST) $(TARGET) \
	$(if $(filter diff,$(FUZZER)),$(B))))

# KERNEL=uml, or the file of another User Mode Linux: one that watches itself, and tells
# by kcov which of its code a program comes to.
FUZZ_KERNEL = $(if $(filter uml,$(KERNEL)),$(BUILD)/kernel/um-watched/linux,$(KERNEL))
$(BUILD)/kernel/um-watched/linux: $(addprefix ci/kernel/,suite.config um.config debug.config \
		kcov.config functions.list)
	@ci/kernel/build --source debian --arch um --output $(@D) --config suite um debug kcov
	@touch $@

.PHONY: fuzz replay fuzz-corpus
fuzz: $(FUZZ_KERNEL) $(FUZZ_STACK) $(FUZZ)/program $(FUZZ)/mutator.so $(FUZZ)/dictionary
	@$(MAKE) --no-print-directory $(FUZZ_ENGINE)
	@$(FUZZ_RUN) fuzz/fuzz.py --build $(BUILD) --engine $(ENGINE) \
		--fuzzer '$(FUZZ_FIRST)' $(if $(filter diff,$(FUZZER)),--against '$(B)') \
		$(if $(KERNEL),--kernel '$(FUZZ_KERNEL)') \
		--time '$(TIME)' $(if $(JOBS),--jobs $(JOBS)) $(if $(EMPTY),--empty) \
		$(if $(SYNC),--sync '$(SYNC)') $(if $(NAME),--name '$(NAME)') \
		$(foreach folder,$(FOREIGN),--foreign '$(folder)')

# Small faults in a kernel, one after the other: does fuzzing notice them?
.PHONY: fuzz-mutants
fuzz-mutants: $(FUZZ)/program $(FUZZ)/mutator.so $(FUZZ)/sockcheck-fuzz $(FUZZ)/quick/fuzz_target
	@$(FUZZ_RUN) fuzz/mutants.py --build $(BUILD) --mutation '$(or $(MUTATION),$(BUILD)/mutation)' \
		--fuzzer '$(FUZZER)' --time '$(if $(filter file,$(origin TIME)),60,$(TIME))' --sample $(or $(SAMPLE),30) \
		$(if $(JOBS),--jobs $(JOBS)) $(if $(SEED),--seed $(SEED)) \
		$(foreach number,$(FAULT),--fault $(number))

replay: $(FUZZ_STACK) $(FUZZ)/sockcheck-fuzz
	@$(if $(FILE),$(FUZZ)/sockcheck-fuzz --target '$(call fuzz_target_of,$(TARGET))' replay $(FILE), \
		echo 'sockcheck: replay needs FILE=PATH, a program as bytes or .txt' >&2; exit 2)

# Many programs as root, while interfaces, files and processes are watched.
.PHONY: fuzz-watch
PROGRAMS ?= 100000
fuzz-watch: $(FUZZ)/sockcheck-fuzz
	@$(FUZZ_RUN) fuzz/watch.py --build $(BUILD) --programs $(PROGRAMS) $(if $(SEED),--seed $(SEED))

# All programs of fuzz/corpus/, on every target of this process that can be had.
FUZZ_TARGETS ?= host $(STACKS)
fuzz-corpus: $(FUZZ)/sockcheck-fuzz
	-@$(MAKE) -sk --no-print-directory $(patsubst %,$(BUILD)/targets/%.so,$(filter $(STACKS),$(FUZZ_TARGETS)))
	@$(FUZZ_RUN) fuzz/corpus.py --build $(BUILD) $(FUZZ_TARGETS)
