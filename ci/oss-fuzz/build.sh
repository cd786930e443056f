#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What OSS-Fuzz and ClusterFuzzLite run in the repository's folder: fills $OUT with the
# fuzzers that need no kernel of their own, each with its seeds, words and options.
#
#	fuzz_program   our own reader of programs, in all their forms
#	fuzz_lwip      lwIP against the rulebook, where liblwip-dev is installed
set -euo pipefail

build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
fuzzers=(fuzz_program)
if [ -e /usr/include/lwip/init.h ] || [ -e /usr/include/lwip/lwip/init.h ]; then
	fuzzers+=(fuzz_lwip)
fi

make -s -j"$(nproc)" BUILD="$build" WERROR= CC="$CC" CXX="${CXX:-clang++}" \
	CFLAGS="$CFLAGS" CXXFLAGS="${CXXFLAGS:-}" \
	LIB_FUZZING_ENGINE="$LIB_FUZZING_ENGINE" OUT="$OUT" \
	"${fuzzers[@]/#/$OUT/}"

# The program that encodes is not itself fuzzed.
make -s -j"$(nproc)" BUILD="$build/plain" WERROR= CC="$CC" CFLAGS=-O1 \
	"$build/plain/fuzz/program" "$build/plain/fuzz/dictionary"
mkdir "$build/seeds"
"$build/plain/fuzz/program" --seeds "$build/seeds" fuzz/corpus/*.txt

for fuzzer in "${fuzzers[@]}"; do
	(cd "$build/seeds" && zip -q -r "$OUT/${fuzzer}_seed_corpus.zip" .)
	cp "$build/plain/fuzz/dictionary" "$OUT/$fuzzer.dict"
	printf '[libfuzzer]\nmax_len = 6144\nlen_control = 0\ndict = %s.dict\n' "$fuzzer" \
		>"$OUT/$fuzzer.options"
done

# fuzz_NAME looks beside itself for the stack, and for what is recorded of it.
case "${fuzzers[*]}" in
*fuzz_lwip*)
	mkdir -p "$OUT/targets" "$OUT/known" "$OUT/lib"
	make -s BUILD="$build/plain" WERROR= CC="$CC" CFLAGS=-O1 \
		LDFLAGS="-Wl,-rpath,'\$\$ORIGIN/../lib'" "$build/plain/targets/lwip.so"
	cp "$build/plain/targets/lwip.so" "$OUT/targets/"
	library=$(ldd "$OUT/targets/lwip.so" | awk '$1 ~ /^liblwip/ { print $3 }')
	cp "$library" "$OUT/lib/"
	PYTHONPATH=runner:fuzz PYTHONDONTWRITEBYTECODE=1 \
		python3 fuzz/known.py lwip "$OUT/known/lwip"
	;;
esac
