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

PROGRAM_SOURCES := $(wildcard fuzz/program_*.c)

FUZZERS := fuzz_program
FUZZ_SOURCES_fuzz_program := fuzz/fuzz_program.c $(PROGRAM_SOURCES)

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

$(FUZZ)/flags: TEXT = $(foreach kind,$(FUZZ_KINDS),$(FUZZ_CC_$(kind))) $(ALL_CFLAGS) $(LDFLAGS)
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

-include $(foreach kind,$(FUZZ_KINDS),$(foreach source,$(sort fuzz/tool.c fuzz/mutator.c \
	$(foreach name,$(FUZZERS),$(FUZZ_SOURCES_$(name)))),$(FUZZ)/$(kind)/obj/$(source:.c=.d)))
