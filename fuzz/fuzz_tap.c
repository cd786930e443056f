/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * fuzz_tap.c - fuzzes the runner's reader of TAP, which is Python: an interpreter in
 * this process runs tap_properties.check() of the bytes, and the lines that it passes
 * are the coverage.  What it raises is a finding.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* After Python's own, which wants to be first. */
#include <stdint.h>
#include <stdlib.h>

#include "coverage.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
const char *__asan_default_options(void);

static PyObject *check;
static unsigned int line_before;

/* What an interpreter has allocated is there until it ends. */
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_tap: %s\n", what);
	PyErr_Print();
	abort();
}

/* Two lines that follow each other are a place. */
static int trace(PyObject *object, PyFrameObject *frame, int event, PyObject *argument)
{
	(void)object;
	(void)argument;
	if (event == PyTrace_LINE) {
		unsigned int line = (unsigned int)PyFrame_GetLineNumber(frame);

		coverage_hit(line_before * 181 + line);
		line_before = line;
	}
	return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	PyObject *module;

	(void)argc;
	(void)argv;
	setenv("PYTHONPATH", PYTHON_PATH, 1);
	setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
	Py_InitializeEx(0);
	module = PyImport_ImportModule("tap_properties");
	if (!module)
		fail("the reader's properties cannot be imported");
	check = PyObject_GetAttrString(module, "check");
	if (!check)
		fail("there is no check()");
	PyEval_SetTrace(trace, NULL);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	PyObject *given =
		PyBytes_FromStringAndSize((const char *)bytes, (Py_ssize_t)length);
	PyObject *result;

	line_before = 0;
	result = given ? PyObject_CallOneArg(check, given) : NULL;
	if (!result)
		fail("the reader does not keep what it promises");
	Py_DECREF(given);
	Py_DECREF(result);
	return 0;
}
