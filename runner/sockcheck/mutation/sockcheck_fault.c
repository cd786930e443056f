// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * sockcheck_fault.c - the kernel parameter sockcheck_fault=N, and
 * /proc/sockcheck_marks: a bit a fault that would have made a difference since
 * the file was last opened for writing.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/sockcheck_fault.h>

int sockcheck_fault;
unsigned char sockcheck_marks[SOCKCHECK_FAULTS + 1];

core_param(sockcheck_fault, sockcheck_fault, int, 0644);

static int marks_show(struct seq_file *file, void *unused)
{
	unsigned int number;

	for (number = 0; number <= SOCKCHECK_FAULTS; number += 8) {
		unsigned char byte = 0;
		unsigned int bit;

		for (bit = 0; bit < 8 && number + bit <= SOCKCHECK_FAULTS; bit++)
			byte |= sockcheck_marks[number + bit] << bit;
		seq_putc(file, byte);
	}
	return 0;
}

static int marks_open(struct inode *inode, struct file *file)
{
	return single_open(file, marks_show, NULL);
}

static ssize_t marks_write(struct file *file, const char __user *text, size_t size,
			   loff_t *at)
{
	memset(sockcheck_marks, 0, sizeof(sockcheck_marks));
	return size;
}

static const struct proc_ops marks_ops = {
	.proc_open = marks_open,
	.proc_read = seq_read,
	.proc_write = marks_write,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};

static int __init marks_init(void)
{
	proc_create("sockcheck_marks", 0600, NULL, &marks_ops);
	return 0;
}
late_initcall(marks_init);
