# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# sockcheck: `make check` tells what this host keeps of the documentation of its socket
# calls; `make test` tests sockcheck itself.  `make help` lists all targets.

CC ?= cc
PYTHON ?= python3
BUILD ?= build
WERROR ?= -Werror
CFLAGS ?= -O1 -g
STATIC ?= -static
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wvla -Wundef -Wwrite-strings $(WERROR)
ALL_CFLAGS := -std=c11 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS)

# What `make check` checks, and how: see `make help`.
TARGET ?= host
TARGETS ?= host socketcall uring
PROFILE ?=
RUN ?=
JOBS ?=
TIMEOUT ?=
RESULTS ?=
REQUIRE_NO_SKIP ?=
KERNEL ?=
GUEST ?=
TAP ?=
VERBOSE ?=
QUIET ?=

# Stacks in shared objects need a program that can load them, which a static one cannot.
STACK_SOURCES := $(wildcard runner/targets/stack*.c)
SOURCES := $(filter-out $(STACK_SOURCES),$(wildcard expected/*.c expected/rules/*.c \
	runner/harness/*.c runner/targets/*.c cases/*/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/obj/%.o)
DYNAMIC_OBJECTS := $(filter-out %/targets/targets.o,$(OBJECTS)) \
	$(STACK_SOURCES:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/dynamic/targets.o
CASES := $(filter cases/%,$(SOURCES))

# The same program with targets that answer from the rulebook, and cases that go wrong on
# purpose: the harness's own tests, under the sanitizers where the compiler has them.
TEST_SOURCES := $(SOURCES) $(STACK_SOURCES) $(wildcard runner/tests/*.c)
TEST_OBJECTS := $(TEST_SOURCES:%.c=$(BUILD)/test/%.o)
SANITIZE ?= -fsanitize=address,undefined -fno-sanitize-recover=all

# Stacks for the tests: the rulebook behind the convention of POSIX, with other numbers,
# and of a version of the header that is not known.
TEST_STACKS := plain odd future
STACK_DEFINES_odd := -DODD
STACK_DEFINES_future := -DODD -DABI=2

# Python keeps its compiled files in the build folder, so that none lie about.
RUNNER := PYTHONPATH=runner PYTHONPYCACHEPREFIX=$(abspath $(BUILD))/pycache \
	PYTHONDONTWRITEBYTECODE= $(PYTHON) -m sockcheck

# The stacks that this project comes with, and any other's shared object.
STACKS := lwip lwipv6
SYSTEMS := gvisor uml qemu
ASKED := $(if $(filter exec:%,$(TARGET)),,$(TARGET)) $(TARGETS)
PROGRAM := $(BUILD)/sockcheck \
	$(if $(or $(filter $(STACKS),$(ASKED)),$(findstring .so,$(ASKED))),$(BUILD)/sockcheck-dynamic) \
	$(patsubst %,$(BUILD)/targets/%.so,$(filter $(STACKS),$(ASKED)))

# A target that is a command may have quotes in it.
CHECK := $(RUNNER) check --binary $(BUILD)/sockcheck \
	--target '$(subst ','\'',$(TARGET))' \
	$(if $(PROFILE),--profile '$(PROFILE)') $(if $(KERNEL),--kernel '$(KERNEL)') \
	$(foreach glob,$(RUN),--run '$(glob)') $(if $(QUICK),--quick) \
	$(foreach glob,$(REQUIRE_NO_SKIP),--require-no-skip '$(glob)') \
	$(if $(JOBS),--jobs $(JOBS)) $(if $(TIMEOUT),--timeout $(TIMEOUT)) \
	$(if $(RESULTS),--results '$(RESULTS)') $(if $(GUEST),--guest) \
	$(if $(VERBOSE),--verbose) $(if $(QUIET),--quiet)

# What the gate boots, builds and compares: see `make help`.
TREE ?=
PATCH ?=
ARCH ?=
BASE ?=
FORMAT ?=
QUICK ?=
LIMIT ?=
quoted = '$(subst ','\'',$(1))'
given = $(if $($(1)),--$(2) $(call quoted,$($(1))))
GATE_WORDS = --binary $(BUILD)/sockcheck-static $(call given,TREE,tree) $(call given,ARCH,arch) \
	$(call given,LIMIT,limit) $(call given,JOBS,jobs) $(call given,TIMEOUT,timeout) \
	$(call given,RESULTS,results) \
	$(if $(filter-out file default,$(origin TARGET)),$(call given,TARGET,target))

.PHONY: all check check-prove deviations matrix repeat static test lint format bench list explain clean help FORCE
.PHONY: gate bisect coverage mutation mutation-quick install-header install-kselftest kcidb

all: $(BUILD)/sockcheck

check: $(PROGRAM)
	@$(CHECK) $(if $(TAP),--tap)

check-prove: $(PROGRAM)
	@command -v prove >/dev/null || { echo 'sockcheck: no prove here: install perl' >&2; exit 2; }
	@prove --exec "sh -c" "$(CHECK) --tap"

static: $(BUILD)/sockcheck-static

# The diff on standard output, and all else on standard error: make deviations | patch -p1
deviations: $(PROGRAM)
	@$(RUNNER) deviations --binary $(BUILD)/sockcheck \
		$(if $(filter-out file default,$(origin TARGET)),--target '$(subst ','\'',$(TARGET))') \
		$(if $(KERNEL),--kernel '$(KERNEL)') \
		$(if $(PROFILE),--profile '$(PROFILE)') $(if $(KEEP),--keep-seen) \
		$(foreach glob,$(RUN),--run '$(glob)') \
		$(if $(JOBS),--jobs $(JOBS)) $(if $(TIMEOUT),--timeout $(TIMEOUT)) \
		$(if $(RESULTS),--results '$(RESULTS)') $(if $(GUEST),--guest)

# A stack that cannot be built is a column that says so.
matrix: $(BUILD)/sockcheck
	-@$(MAKE) -sk --no-print-directory $(PROGRAM)
	@$(RUNNER) matrix --binary $(BUILD)/sockcheck --output $(BUILD)/results \
		$(foreach target,$(TARGETS),'$(target)') \
		$(if $(PROFILE),--profile '$(PROFILE)') $(if $(VERBOSE),--verbose) \
		$(foreach glob,$(RUN),--run '$(glob)') $(if $(QUICK),--quick) \
		$(if $(JOBS),--jobs $(JOBS)) $(if $(TIMEOUT),--timeout $(TIMEOUT)) \
		$(if $(RESULTS),--results '$(RESULTS)') $(if $(GUEST),--guest)

# TIMES runs on each of TARGETS, in turn: is each verdict the same each time?
TIMES ?= 20
LOAD ?= 0
repeat: $(BUILD)/sockcheck
	-@$(MAKE) -sk --no-print-directory $(PROGRAM)
	@$(RUNNER) repeat --binary $(BUILD)/sockcheck --output '$(or $(RESULTS),$(BUILD)/repeat)' \
		$(foreach target,$(TARGETS),'$(target)') --times $(TIMES) --load $(LOAD) \
		$(if $(PROFILE),--profile '$(PROFILE)') \
		$(foreach glob,$(RUN),--run '$(glob)') $(if $(QUICK),--quick) \
		$(if $(JOBS),--jobs $(JOBS)) $(if $(TIMEOUT),--timeout $(TIMEOUT)) \
		$(if $(GUEST),--guest)

# Boots a kernel, and says what it or a patch changes; the steps are told on standard error.
gate: $(BUILD)/sockcheck-static
	@$(RUNNER) gate $(GATE_WORDS) $(call given,KERNEL,kernel) $(call given,PATCH,patch) \
		$(call given,BASE,base) $(call given,FORMAT,format) $(if $(QUICK),--quick) \
		$(foreach glob,$(RUN),--run '$(glob)')

bisect: $(BUILD)/sockcheck-static
	@$(RUNNER) bisect $(GATE_WORDS) --good $(call quoted,$(GOOD)) --bad $(call quoted,$(BAD)) \
		--case $(call quoted,$(CASE))

list: $(PROGRAM)
	@$(BUILD)/sockcheck $(if $(findstring :,$(TARGET))$(filter $(SYSTEMS),$(TARGET)),, \
		--target '$(TARGET)') --list $(foreach glob,$(RUN),--run '$(glob)')

explain: $(BUILD)/sockcheck
	@$(if $(RULE),$(BUILD)/sockcheck --explain '$(RULE)', \
		echo "sockcheck: explain needs RULE=ID; make list names the cases," \
			"each by its rule" >&2; exit 2)

# One kernel with many small faults in it: does the suite notice each?  FIRST are cases
# that alone notice one, and would not be among the first few hundred that could.
FIRST ?= bind.inet.other_group_in_the_way[own-group* socket.inet6.created[stream,no-capability* \
	bind.inet6.port_in_use[address-no-port-set* bind.ping.bound[listed,had-peer*
mutation: $(BUILD)/sockcheck-static
	@$(RUNNER).mutation all --folder $(BUILD)/mutation \
		--binary $< $(if $(SOURCE),--source '$(SOURCE)') \
		$(if $(FUNCTIONS),--functions '$(FUNCTIONS)') $(if $(SAMPLE),--sample $(SAMPLE)) \
		$(if $(FAULT),--fault $(FAULT)) $(if $(AGAIN),--again) $(if $(FRESH),--fresh) \
		$(if $(FEW),--few $(FEW)) $(if $(SHARD),--shard $(SHARD)) \
		$(if $(FIRST),--first '$(FIRST)')

# A few cases that stand for all, by what `make mutation` has seen of each.
mutation-quick:
	@$(RUNNER).mutation quick --folder $(BUILD)/mutation

test: $(BUILD)/sockcheck $(BUILD)/sockcheck-dynamic $(BUILD)/test/sockcheck \
		$(BUILD)/fuzz/test/program $(BUILD)/fuzz/test/sockcheck-fuzz \
		$(TEST_STACKS:%=$(BUILD)/test/stacks/%.so)
	@ci/test

lint:
	@ci/lint

bench: $(BUILD)/sockcheck $(BUILD)/bare
	@$(PYTHON) runner/bench/bench.py --build $(BUILD)

format:
	clang-format -i $$(git ls-files '*.c' '*.h')
	black --quiet runner fuzz

# The kernel's source: Debian's, or a folder.  Another needs another COVERAGE_KERNEL.
SOURCE ?= debian
COVERAGE_KERNEL ?= $(BUILD)/kernel/um-gcov
coverage: $(BUILD)/sockcheck-static
	@$(RUNNER) coverage --source '$(SOURCE)' --kernel '$(COVERAGE_KERNEL)' \
		--suite $(BUILD)/sockcheck-static --output $(BUILD)/coverage \
		$(foreach glob,$(RUN),--run '$(glob)') $(if $(READ),--read)

# For the builds of stacks that say something of themselves.
PREFIX ?= /usr/local
install-header:
	install -D -m 644 runner/targets/sockcheck_target.h \
		$(DESTDIR)$(PREFIX)/include/sockcheck_target.h

# Beside an installed kselftest of a kernel's tree: see ci/kselftest/install.
install-kselftest: $(BUILD)/sockcheck-static
	@ci/kselftest/install $(BUILD)/sockcheck-static '$(DESTDIR)'

# A saved run as KernelCI's database takes it: make kcidb ORIGIN=NAME [KCIDB='--tree mainline']
kcidb:
	@$(if $(ORIGIN),,echo 'sockcheck: kcidb needs ORIGIN=, who submits' >&2; exit 2;) \
	$(RUNNER) kcidb $(or $(RESULTS),$(BUILD)/results/$(TARGET)/results.json) --origin '$(ORIGIN)' $(KCIDB)

clean:
	rm -rf $(BUILD)

help:
	@echo 'make check           run every case against TARGET (default: host, this kernel)'
	@echo '     TARGET=NAME     the same kernel by another way: socketcall, uring'
	@echo '     TARGET=lwip     or lwipv6, stacks from Debian (ci/setup stacks)'
	@echo '     TARGET=./libstack.so,prefix=foo_  a stack in a shared object'
	@echo '     PROFILE=posix   judged by POSIX.1-2024, where that speaks of it'
	@echo "     TARGET=exec:'COMMAND {}'  a system that runs the binary: {} is it and its"
	@echo '                     arguments, inside a longer word quoted for a shell, as in'
	@echo "                     TARGET='exec:ssh board \"exec {}\"'"
	@echo '     TARGET=gvisor   its own network stack, by runsc; root (ci/setup stacks)'
	@echo "     TARGET=uml      a kernel that is a program: KERNEL=FILE, or Debian's"
	@echo '     TARGET=qemu     a bzImage: KERNEL=FILE, or the newest in /boot (ci/setup guests)'
	@echo '     RUN=GLOB        only cases whose name or rule matches'
	@echo '     QUICK=1         a few cases that stand for all; of matrix and repeat, too'
	@echo '     TAP=1           TAP 14 on standard output'
	@echo '     JOBS=N TIMEOUT=SECONDS RESULTS=DIR REQUIRE_NO_SKIP=GLOB VERBOSE=1 QUIET=1'
	@echo '     GUEST=1         this machine is ours to change: run what needs that, too'
	@echo 'make check-prove     the same under prove'
	@echo 'make deviations      what must change in expected/deviations/TARGET.ini so that a run'
	@echo '                     is as recorded, as a diff; RESULTS=PATH reads a report instead'
	@echo 'make matrix          which of TARGETS (host socketcall uring) keeps which rule;'
	@echo '                     VERBOSE=1 a line a rule, RESULTS=DIR reads DIR/TARGET'
	@echo 'make repeat          TIMES=20 runs on each of TARGETS in turn: is each verdict the'
	@echo '                     same each time?  LOAD=N busy processes beside; RUN=GLOB'
	@echo 'make gate            boot a kernel, and say what of its documentation it keeps'
	@echo "     KERNEL=FILE     a User Mode Linux program or a bzImage (Debian's UML)"
	@echo '     BASE=JSON       beside a run that was saved: what is lost, what is gained'
	@echo '     TREE=DIR PATCH=FILE ARCH=um  build a tree without and with a patch, and say'
	@echo '                     what the patch changes; PATCH=- is standard input; or x86_64'
	@echo '     QUICK=1 FORMAT=github|junit|ktap|mbox LIMIT=SECONDS RUN=GLOB'
	@echo 'make bisect TREE=DIR GOOD=REV BAD=REV CASE=NAME  the commit that broke a case'
	@echo 'make coverage        which branches of the kernel the cases take, on a UML kernel'
	@echo '                     with gcov (ci/setup kernel); READ=1 the last run again'
	@echo 'make list            the names of the cases'
	@echo 'make explain RULE=ID what a rule says, who says so, and its cases'
	@echo 'make static          build/sockcheck-static, which needs nothing to run'
	@echo 'make test            the tests of sockcheck itself (ci/setup test first)'
	@echo 'make fuzz            FUZZER=host TIME=10m JOBS=2: programs against a target, judged by the'
	@echo '                     rulebook; corpus and findings: build/fuzz'
	@echo '     FUZZER=lwip     or lwipv6, uring, ./libstack.so,prefix=foo_: what is recorded of it'
	@echo '                     is set aside; program, tap: our own readers'
	@echo '     FUZZER=diff A=host B=lwip  two targets against each other'
	@echo '     ENGINE=afl      SYNC=DIR NAME=ME FOREIGN=DIR: with other machines, and corpora'
	@echo '     KERNEL=uml      in a User Mode Linux that watches itself, guided by its kcov'
	@echo '                     (ci/setup kernel); or the file of one: findings are its reports, too'
	@echo '     EMPTY=1         begin without the programs of fuzz/corpus'
	@echo 'make fuzz-mutants    small faults in the kernel of make mutation, drawn by lot: does fuzzing'
	@echo '                     notice each in TIME=60s, in JOBS kernels at once?'
	@echo '                     SAMPLE=30 SEED=1 FAULT=N MUTATION=DIR'
	@echo 'make replay FILE=... [TARGET=NAME]: what a program does, and what is due'
	@echo 'make fuzz-corpus     the programs of fuzz/corpus, on FUZZ_TARGETS (host lwip lwipv6)'
	@echo 'make fuzz-watch      does anything leave?  PROGRAMS=100000 random ones, watched; root'
	@echo 'make fuzzers         build/fuzz: the fuzzers, for libFuzzer and AFL++ (ci/setup fuzz)'
	@echo 'make fuzz-parsers    our own readers of programs and of TAP; PARSER_SECONDS=120 each'
	@echo 'make mutation        one kernel with many small faults: is each noticed? What is known is'
	@echo '                     kept in build/mutation; FUNCTIONS=GLOB SAMPLE=N FAULT=N (shown, too),'
	@echo '                     AGAIN=1 what was neither noticed nor explained, FRESH=1 in a boot of its own,'
	@echo '                     SOURCE=DIR, FEW=N cases of each rule only, SHARD=I/N,'
	@echo '                     FIRST="GLOB..." asked before the other cases'
	@echo 'make mutation-quick  ci/kernel/quick.cases anew, from what it has seen of each case'
	@echo 'make bench           the time of the suite, beside that of its bare processes'
	@echo 'make install-header  DESTDIR= PREFIX=/usr/local: sockcheck_target.h, for stacks'
	@echo 'make install-kselftest DESTDIR=  the suite as a collection of an installed kselftest'
	@echo 'make kcidb ORIGIN=   the last run, or RESULTS=FILE, as a submission to KCIDB'
	@echo 'make lint, format, clean'
	@echo 'The exit status of make itself is 2 for every failure.  That of the check is in'
	@echo 'the line "Error N": 1 a case is not as expected, 2 the run could not be made.'

# What the programs are built of and how: once it is other text, all of them are old.
$(BUILD)/flags: TEXT = $(CC) $(ALL_CFLAGS) $(LDFLAGS) $(STATIC) $(SOURCES)
$(BUILD)/test/flags: TEXT = $(CC) $(ALL_CFLAGS) $(LDFLAGS) $(SANITIZE) $(TEST_SOURCES)
define write_flags
@mkdir -p $(@D)
@text='$(subst ','\'',$(TEXT))'; printf '%s\n' "$$text" | cmp -s - $@ 2>/dev/null || \
	{ printf '%s\n' "$$text" >$@.$$$$ && mv $@.$$$$ $@; }
endef
$(BUILD)/flags $(BUILD)/test/flags: FORCE
	$(write_flags)

LINK = $(CC) $(ALL_CFLAGS) $(LDFLAGS)

# Statically where the C library can be (or STATIC= is given): a run forks for each case, and a static program
# forks in three fifths of the time (make bench).
$(BUILD)/sockcheck: $(OBJECTS) $(BUILD)/flags
	@mkdir -p $(@D)
	@$(LINK) $(STATIC) -o $@ $(OBJECTS) 2>/dev/null || $(LINK) -o $@ $(OBJECTS)

$(BUILD)/sockcheck-static: $(OBJECTS) $(BUILD)/flags
	@mkdir -p $(@D)
	@$(LINK) -static -o $@ $(OBJECTS)

$(BUILD)/sockcheck-dynamic: $(DYNAMIC_OBJECTS) $(BUILD)/flags
	@mkdir -p $(@D)
	@$(LINK) -o $@ $(DYNAMIC_OBJECTS) -ldl

$(BUILD)/obj/dynamic/targets.o: runner/targets/targets.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '  CC $< (dynamic)'
	@$(CC) $(ALL_CFLAGS) -DWITH_STACKS -MMD -MP -c -o $@ $<

INCLUDE_lwip := -isystem /usr/include/lwip

# A stack's own symbols are its own: what it says of itself is all that others see.
$(BUILD)/targets/%.so: runner/targets/stacks/%.c runner/targets/sockcheck_target.h $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '  CC $<'
	@$(CC) $(ALL_CFLAGS) $(INCLUDE_$*) -fPIC -shared $(LDFLAGS) -o $@ $< -l$* || { \
		echo 'sockcheck: TARGET=$* is built from lib$*-dev: ci/setup stacks' >&2; exit 2; }

TEST_STACK_SOURCES := $(filter-out %/main.c %/guest.c cases/% runner/targets/%,$(SOURCES)) \
	runner/tests/model.c runner/tests/stack/targets.c
TEST_STACK_OBJECTS := $(TEST_STACK_SOURCES:%.c=$(BUILD)/test/pic/%.o)

$(BUILD)/test/pic/%.o: %.c $(BUILD)/test/flags
	@mkdir -p $(@D)
	@echo '  CC $< (stack)'
	@$(CC) $(filter-out -O%,$(ALL_CFLAGS)) -fPIC -fvisibility=hidden -MMD -MP -c -o $@ $<

$(BUILD)/test/stacks/%.so: runner/tests/stack/stack.c $(TEST_STACK_OBJECTS)
	@mkdir -p $(@D)
	@$(CC) $(ALL_CFLAGS) -Wno-missing-prototypes $(STACK_DEFINES_$*) -fPIC -fvisibility=hidden -shared -Wl,-z,defs \
		-o $@ $^

$(BUILD)/test/sockcheck: $(TEST_OBJECTS) $(BUILD)/test/flags
	@mkdir -p $(@D)
	@$(LINK) $(SANITIZE) -o $@ $(TEST_OBJECTS) -ldl

$(BUILD)/bare: runner/bench/bare.c $(BUILD)/flags
	@mkdir -p $(@D)
	@$(LINK) -o $@ $<

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	@echo '  CC $<'
	@$(CC) $(ALL_CFLAGS) $(CASE_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/test/%.o: %.c $(BUILD)/test/flags
	@mkdir -p $(@D)
	@echo '  CC $< (test)'
	@$(CC) $(ALL_CFLAGS) $(SANITIZE) $(CASE_FLAGS) -DWITH_MODEL_TARGET -DWITH_STACKS -MMD -MP -c -o $@ $<

# Cases see the harness's header and nothing else of the tree.
$(CASES:%.c=$(BUILD)/obj/%.o) $(CASES:%.c=$(BUILD)/test/%.o): CASE_FLAGS := -Irunner/harness

include fuzz/fuzz.mk
include fuzz/run.mk

-include $(DYNAMIC_OBJECTS:.o=.d) $(OBJECTS:.o=.d) $(TEST_OBJECTS:.o=.d)
