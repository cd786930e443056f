# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Chooses cases, runs them against a target, gives verdicts and reports them."""
