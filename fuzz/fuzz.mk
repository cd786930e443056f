# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# fuzz.mk - the fuzzers: each is FUZZERS' name, the sources of FUZZ_SOURCES_name and what
# it is linked with besides, FUZZ_LINK_name.  Each is built for both engines, from the
# same LLVMFuzzerTestOneInput:
#
#	build/fuzz/libfuzzer/NAME   clang's libFuzzer, with the sanitizers
#	build/fuzz/afl/NAME         AFL++, persistent mode (libAFLDriver)

FUZZ := $(BUILD)/fuzz
CLANG ?= clang
AFL_CC ?= afl-clang-fast

PROGRAM_SOURCES := $(wildcard fuzz/program_*.c) expected/symbols.c

FUZZERS := fuzz_program fuzz_tap
FUZZ_SOURCES_fuzz_program := fuzz/fuzz_program.c $(PROGRAM_SOURCES)

# The runner's reader of TAP, in an interpreter of the distribution's.
PYTHON_CONFIG ?= $(firstword $(wildcard /usr/bin/python3-config) python3-config)
FUZZ_SOURCES_fuzz_tap := fuzz/fuzz_tap.c fuzz/coverage.c
FUZZ_LINK_fuzz_tap = $(shell $(PYTHON_CONFIG) --embed --ldflags)
FUZZ_FLAGS_fuzz_tap = $(shell $(PYTHON_CONFIG) --includes | sed 's/-I/-isystem /g') \
	-DPYTHON_PATH='"$(abspath runner):$(abspath runner/tests)"'

FUZZ_TOOLS := $(FUZZ)/program $(FUZZ)/mutator.so $(FUZZ)/dictionary
FUZZ_BINARIES := $(foreach engine,libfuzzer afl,$(FUZZERS:%=$(FUZZ)/$(engine)/%))

# How each kind of object is compiled: they differ by the folder that they are in.
FUZZ_CC_plain := $(CC) -O2
FUZZ_CC_pic := $(CC) -O2 -fPIC -fvisibility=hidden
FUZZ_CC_test := $(CC) $(SANITIZE)
FUZZ_CC_libfuzzer := $(CLANG) -fsanitize=fuzzer-no-link $(SANITIZE)
FUZZ_CC_afl := AFL_QUIET=1 $(AFL_CC) -O2
FUZZ_KINDS := plain pic test libfuzzer afl

fuzz_objects = $(2:%.c=$(FUZZ)/$(1)/obj/%.o)

.PHONY: fuzzers
fuzzers: $(FUZZ_TOOLS) $(FUZZ_BINARIES)

define fuzz_compile
$(FUZZ)/$(1)/obj/%.o: %.c $(FUZZ)/flags
	@mkdir -p $$(@D)
	@echo '  CC $$< ($(1))'
	@$$(FUZZ_CC_$(1)) $$(ALL_CFLAGS) $$(FUZZ_FLAGS_$$(basename $$(notdir $$<))) -MMD -MP -c -o $$@ $$<
endef
$(foreach kind,$(FUZZ_KINDS),$(eval $(call fuzz_compile,$(kind))))

define fuzz_link
$(FUZZ)/libfuzzer/$(1): $(call fuzz_objects,libfuzzer,$(FUZZ_SOURCES_$(1)))
	@$$(FUZZ_CC_libfuzzer) -fsanitize=fuzzer $$(LDFLAGS) -o $$@ $$^ $$(FUZZ_LINK_$(1))
$(FUZZ)/afl/$(1): $(call fuzz_objects,afl,$(FUZZ_SOURCES_$(1)))
	@$$(FUZZ_CC_afl) -fsanitize=fuzzer $$(LDFLAGS) -o $$@ $$^ $$(FUZZ_LINK_$(1))
endef
$(foreach name,$(FUZZERS),$(eval $(call fuzz_link,$(name))))

$(FUZZ)/flags: TEXT = $(foreach kind,$(FUZZ_KINDS) quick,$(FUZZ_CC_$(kind))) $(ALL_CFLAGS) $(LDFLAGS)
$(FUZZ)/flags: FORCE
	$(write_flags)

TOOL_SOURCES := fuzz/tool.c $(PROGRAM_SOURCES)
$(FUZZ)/program: $(call fuzz_objects,plain,$(TOOL_SOURCES))
	@$(FUZZ_CC_plain) $(LDFLAGS) -o $@ $^

# The same under the sanitizers, for the tests.
$(FUZZ)/test/program: $(call fuzz_objects,test,$(TOOL_SOURCES))
	@$(FUZZ_CC_test) $(LDFLAGS) -o $@ $^

# AFL++'s AFL_CUSTOM_MUTATOR_LIBRARY.
$(FUZZ)/mutator.so: $(call fuzz_objects,pic,fuzz/mutator.c $(PROGRAM_SOURCES))
	@$(FUZZ_CC_pic) -shared $(LDFLAGS) -o $@ $^

$(FUZZ)/dictionary: $(FUZZ)/program
	@$< --dictionary >$@

# Our own parsers, one after the other; what each has learned is taken up again.
PARSER_SECONDS ?= 120
FUZZ_GIVEN_fuzz_program = -dict=$(FUZZ)/dictionary
FUZZ_GIVEN_fuzz_tap = -dict=fuzz/tap/words.dict fuzz/tap
FUZZ_PARSERS := fuzz_program fuzz_tap

.PHONY: fuzz-parsers $(FUZZ_PARSERS)
fuzz-parsers: $(FUZZ_PARSERS)
$(FUZZ_PARSERS): %: $(FUZZ)/libfuzzer/% $(FUZZ)/dictionary
	@mkdir -p $(FUZZ)/corpus/$@ $(FUZZ)/findings/$@
	@echo "  FUZZ $@ for $(PARSER_SECONDS) s"
	@$< -max_total_time=$(PARSER_SECONDS) -max_len=2048 -len_control=0 -verbosity=0 \
		-print_final_stats=1 -artifact_prefix=$(FUZZ)/findings/$@/ \
		$(FUZZ)/corpus/$@ $(FUZZ_GIVEN_$@)

-include $(foreach kind,$(FUZZ_KINDS),$(foreach source,$(sort fuzz/tool.c fuzz/mutator.c \
	$(foreach name,$(FUZZERS),$(FUZZ_SOURCES_$(name)))),$(FUZZ)/$(kind)/obj/$(source:.c=.d)))
