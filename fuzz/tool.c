/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tool.c - build/fuzz/program: programs from one form to another, made and changed.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

static const char usage[] =
	"program --print FILE          a program's bytes as text\n"
	"program --encode TEXTFILE     a program's text as bytes\n"
	"program --seeds FOLDER TEXTFILE...\n"
	"                              the bytes of each, as FOLDER/NAME.program\n"
	"program --variations FOLDER TEXTFILE...\n"
	"                              and those of its variations, as NAME-I.program\n"
	"program --format TEXTFILE     a program's text as it is printed\n"
	"program --mutate SEED FILE    the bytes, changed as the fuzzers do: text\n"
	"program --random SEED COUNT   a program of so many calls: text\n"
	"program --dictionary          words for engines that know no programs\n"
	"\n"
	"FILE may be - for standard input.  --mutate and --random print bytes where\n"
	"--bytes is the last argument.  The exit status is 2 where a file cannot be\n"
	"read or is no program's text.\n";

/* Room for any program's text and more. */
#define FILE_MAX (1 << 20)

struct contents {
	char bytes[FILE_MAX + 1]; /* with a NUL behind them */
	size_t length;
};

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format,
								 ...)
{
	va_list arguments;

	fputs("program: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(2);
}

/* All of a file, which is there until the next one is read. */
static const struct contents *read_file(const char *path)
{
	static struct contents contents;
	FILE *file = strcmp(path, "-") ? fopen(path, "rb") : stdin;

	if (!file)
		fail("%s: %s", path, strerror(errno));
	contents.length = fread(contents.bytes, 1, FILE_MAX, file);
	if (ferror(file))
		fail("%s: %s", path, strerror(errno));
	if (!feof(file) && fgetc(file) != EOF)
		fail("%s: more than %d bytes are no program", path, FILE_MAX);
	if (file != stdin)
		fclose(file);
	contents.bytes[contents.length] = '\0';
	return &contents;
}

static void read_bytes(const char *path, struct program *program)
{
	const struct contents *contents = read_file(path);

	program_decode(program, contents->bytes, contents->length);
}

static void read_text(const char *path, struct program *program)
{
	const struct contents *contents = read_file(path);
	struct program_error error;

	if (strlen(contents->bytes) != contents->length)
		fail("%s: a NUL is no part of a text: --print reads bytes", path);
	if (!program_parse(program, contents->bytes, &error))
		fail("%s:%u:%u: %s", path, error.line, error.column, error.message);
}

static void write_bytes(const struct program *program)
{
	static unsigned char bytes[PROGRAM_BYTES_MAX];

	fwrite(bytes, 1, program_encode(program, bytes, sizeof(bytes)), stdout);
}

/* As FOLDER/NAME.program, or FOLDER/NAME-I.program for its variation I. */
static void write_seed(const char *folder, const char *path,
		       const struct program *program, const char *variation)
{
	static unsigned char bytes[PROGRAM_BYTES_MAX];
	size_t length = program_encode(program, bytes, sizeof(bytes));
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	const char *end = strrchr(name, '.');
	char to[4096];
	FILE *file;

	if (snprintf(to, sizeof(to), "%s/%.*s%s.program", folder,
		     (int)(end ? end - name : (long)strlen(name)), name,
		     variation) >= (int)sizeof(to))
		fail("%s: its name is too long", path);
	file = fopen(to, "wb");
	if (!file || fwrite(bytes, 1, length, file) != length || fclose(file))
		fail("%s: %s", to, strerror(errno));
}

/* A program that a variation leaves as it is, is written once. */
static void write_seeds(const char *folder, const char *path, bool variations)
{
	static struct program program, other;
	char variation[16];

	read_text(path, &program);
	write_seed(folder, path, &program, "");
	for (unsigned int i = 0; variations && program_variation(&program, i, &other);
	     i++) {
		snprintf(variation, sizeof(variation), "-%u", i);
		if (!program_equal(&program, &other))
			write_seed(folder, path, &other, variation);
	}
}

static unsigned long long number(const char *text)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || end == text || *end || *text == '-')
		fail("'%s' is no number of 64 bits", text);
	return value;
}

static void random_program(struct program *program, const char *seed, const char *count)
{
	struct program_random random;
	unsigned long long calls = number(count);

	if (!calls || calls > PROGRAM_CALLS)
		fail("a program has 1 to %d calls, not %s", PROGRAM_CALLS, count);
	program_seed(&random, number(seed));
	program_make(program, (unsigned int)calls, &random);
}

static void mutated_program(struct program *program, const char *seed, const char *path)
{
	struct program_random random;

	program_seed(&random, number(seed));
	read_bytes(path, program);
	program_mutate(program, NULL, &random);
}

/* True where the arguments are an option with so many operands. */
static bool asks(int argc, char **argv, const char *option, int operands)
{
	return argc == 2 + operands && !strcmp(argv[1], option);
}

/* Makes the program that is asked for; false where it is not one of these. */
static bool make(int argc, char **argv, struct program *program)
{
	if (asks(argc, argv, "--print", 1))
		read_bytes(argv[2], program);
	else if (asks(argc, argv, "--encode", 1) || asks(argc, argv, "--format", 1))
		read_text(argv[2], program);
	else if (asks(argc, argv, "--mutate", 2))
		mutated_program(program, argv[2], argv[3]);
	else if (asks(argc, argv, "--random", 2))
		random_program(program, argv[2], argv[3]);
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	static struct program program;
	bool bytes = argc > 3 && !strcmp(argv[argc - 1], "--bytes");
	bool variations = argc > 1 && !strcmp(argv[1], "--variations");

	argc -= bytes;
	if (asks(argc, argv, "--help", 0)) {
		fputs(usage, stdout);
	} else if (asks(argc, argv, "--dictionary", 0)) {
		program_print_dictionary(stdout);
	} else if (argc > 3 && (!strcmp(argv[1], "--seeds") || variations)) {
		for (int i = 3; i < argc; i++)
			write_seeds(argv[2], argv[i], variations);
	} else if (!make(argc, argv, &program)) {
		fputs(usage, stderr);
		return 2;
	} else if (bytes || asks(argc, argv, "--encode", 1)) {
		write_bytes(&program);
	} else {
		program_print(&program, stdout);
	}
	if (fflush(stdout) || ferror(stdout))
		fail("standard output: %s", strerror(errno));
	return 0;
}
