/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * model.h - two targets for the tests of the harness, which lie on demand.
 *
 * SOCKCHECK_LIE=RULE:errno makes both answer calls that land in RULE with an errno that
 * no rule knows; RULE:value with a success, or with a value a little beside the due
 * one; RULE:data with another first byte in the buffer of a call that receives.
 * RULE:posix makes the model answer what POSIX.1-2024 allows and Linux does not do.
 */
#ifndef RUNNER_TESTS_MODEL_H
#define RUNNER_TESTS_MODEL_H

#include "../targets/target.h"

/* Answers every call as the rulebook has it, and makes nothing so. */
extern const struct target model_target;
/* The host. */
extern const struct target liar_target;

#endif
