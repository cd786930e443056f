/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * lists.h - the lists of rules, each defined in the file of its call and family.
 */
#ifndef EXPECTED_RULES_LISTS_H
#define EXPECTED_RULES_LISTS_H

#include "../rule.h"

extern const struct rule_list socket_arguments;
extern const struct rule_list socket_inet;
extern const struct rule_list socket_inet6;
extern const struct rule_list socket_unix;
extern const struct rule_list socket_packet;
extern const struct rule_list socket_netlink;
extern const struct rule_list socket_vsock;
extern const struct rule_list socket_resources;
extern const struct rule_list socket_created;

extern const struct rule_list socket_new_options;
extern const struct rule_list socket_new_names;
extern const struct rule_list socket_new_fcntl;
extern const struct rule_list socket_new_fstat;
extern const struct rule_list socket_new_fstatfs;
extern const struct rule_list socket_new_readlink;

extern const struct rule_list bind_arguments;
extern const struct rule_list bind_landlock;
extern const struct rule_list bind_raw;
extern const struct rule_list bind_ping;
extern const struct rule_list bind_inet;
extern const struct rule_list bind_inet_ports;
extern const struct rule_list bind_inet6;
extern const struct rule_list bind_inet6_overlooked;
extern const struct rule_list bind_inet6_ports;
extern const struct rule_list bind_unix;
extern const struct rule_list bind_packet;
extern const struct rule_list bind_netlink;
extern const struct rule_list bind_vsock;
extern const struct rule_list bind_names;
extern const struct rule_list bind_raw_names;
extern const struct rule_list bind_ping_names;
extern const struct rule_list bind_packet_names;
extern const struct rule_list bind_netlink_names;
extern const struct rule_list bind_vsock_names;
extern const struct rule_list bind_packet_errors;
extern const struct rule_list bind_unix_names;
extern const struct rule_list bind_unix_reaches;
extern const struct rule_list bind_options;
extern const struct rule_list bind_accepts;

extern const struct rule_list accept_arguments;
extern const struct rule_list accept_unix;
extern const struct rule_list listen_outcomes;
extern const struct rule_list shutdown_outcomes;
extern const struct rule_list connect_refusals;
extern const struct rule_list peer_names;

extern const struct rule_list sendmsg_flags;
extern const struct rule_list sendto_arguments;
extern const struct rule_list sendmsg_header;
extern const struct rule_list sendto_address;
extern const struct rule_list sendmsg_areas;
extern const struct rule_list sendto_ip_refusals;
extern const struct rule_list sendto_ip_ways;
extern const struct rule_list sendto_tcp;
extern const struct rule_list sendto_unix_refusals;
extern const struct rule_list sendto_unix_ways;
extern const struct rule_list sendto_netlink;

extern const struct rule_list recvmmsgs;
extern const struct rule_list recvmsg_header;
extern const struct rule_list read_arguments;
extern const struct rule_list readv_arguments;
extern const struct rule_list read_nothing;
extern const struct rule_list recvfrom_arguments;
extern const struct rule_list recvfrom_faults;
extern const struct rule_list recvfrom_message;
extern const struct rule_list recvfrom_ip;
extern const struct rule_list recvfrom_tcp;
extern const struct rule_list recvfrom_tcp_options;
extern const struct rule_list recvfrom_tcp_urgent;
extern const struct rule_list recvfrom_tcp_ends;
extern const struct rule_list recvfrom_tcp_bytes;
extern const struct rule_list recvfrom_errors;
extern const struct rule_list recvfrom_path_mtu;
extern const struct rule_list recvfrom_peek;
extern const struct rule_list recvfrom_error_options;
extern const struct rule_list recvfrom_raw;
extern const struct rule_list recvfrom_control;
extern const struct rule_list recvfrom_unix;
extern const struct rule_list recvmsg_unix;
extern const struct rule_list recvfrom_unix_data;
extern const struct rule_list recvfrom_packet_sent;
extern const struct rule_list recvfrom_packet;
extern const struct rule_list recvfrom_netlink;
extern const struct rule_list recvfrom_vsock;
extern const struct rule_list recvfrom_wait;

extern const struct rule_list setsockopt_arguments;
extern const struct rule_list setsockopt_socket;
extern const struct rule_list setsockopt_ip;
extern const struct rule_list setsockopt_ipv6;
extern const struct rule_list setsockopt_tcp;
extern const struct rule_list setsockopt_udp;
extern const struct rule_list setsockopt_raw;
extern const struct rule_list setsockopt_packet;
extern const struct rule_list setsockopt_netlink;
extern const struct rule_list setsockopt_told;

extern const struct rule_list socketcall;

extern const struct rule_list fileops_lseek;
extern const struct rule_list fileops_pread;
extern const struct rule_list fileops_pwrite;
extern const struct rule_list fileops_preadv;
extern const struct rule_list fileops_pwritev;
extern const struct rule_list fileops_mmap;
extern const struct rule_list fileops_fsync;
extern const struct rule_list fileops_fdatasync;
extern const struct rule_list fileops_sync_file_range;
extern const struct rule_list fileops_readahead;
extern const struct rule_list fileops_getdents;
extern const struct rule_list fileops_ftruncate;
extern const struct rule_list fileops_fallocate;
extern const struct rule_list fileops_open;
extern const struct rule_list fileops_flock;
extern const struct rule_list fileops_fchmod;
extern const struct rule_list fileops_mode;
extern const struct rule_list fileops_sendfile;
extern const struct rule_list fileops_splice;
extern const struct rule_list fileops_tee;
extern const struct rule_list fileops_vmsplice;
extern const struct rule_list fileops_copy_file_range;
extern const struct rule_list fileops_write;
extern const struct rule_list fileops_writev;
extern const struct rule_list fileops_poll;
extern const struct rule_list fileops_select;
extern const struct rule_list fileops_epoll_ctl;
extern const struct rule_list fileops_epoll_wait;
extern const struct rule_list fileops_ioctl;
extern const struct rule_list fileops_queue;
extern const struct rule_list fileops_requests;
extern const struct rule_list fileops_flags;
extern const struct rule_list fileops_fcntl;
extern const struct rule_list fileops_owner;
extern const struct rule_list fileops_special;
extern const struct rule_list fileops_dup;
extern const struct rule_list fileops_dup2;
extern const struct rule_list fileops_dup3;
extern const struct rule_list fileops_close;

#endif
