# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`make mutation`: does the suite notice a small fault in the kernel's own text?"""
