/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * directory.c - a directory for cases that bind to paths: a new file system, mounted
 * where only the process of the case sees it, and files in it, each put into the world
 * as well.
 *
 * Nothing of the host is written to: the mounts are those of a mount namespace that the
 * process has made for itself and that ends with it.  Only where the machine is ours
 * and mounts cannot be had, as in gVisor, it is a directory of the machine's own /tmp.
 */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../expected/world_unix.h"
#include "harness.h"

static bool imaginary(void)
{
	return session.target->imaginary;
}

/* Directories to mount on: any that exists will do, and most systems have the first. */
static const char *const places[] = { "/tmp", "/run", "/mnt", "/dev", "/var", "/usr" };

static int mount_on(const char *place)
{
	if (mount("sockcheck", place, "tmpfs", MS_NOSUID | MS_NODEV,
		  "size=1m,mode=0777"))
		return -errno;
	return chdir(place) ? -errno : 0;
}

/* In a new mount namespace: mounts a file system and enters it; where, or NULL. */
static const char *mount_directory(int *error)
{
	/* Mounts of a user's namespace do not spread by themselves; those of root do.
	 * "/" is no mount point in a changed root, where nothing is tried. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) {
		*error = -errno;
		return NULL;
	}
	for (size_t i = 0; i < COUNT(places); i++) {
		*error = mount_on(places[i]);
		if (!*error)
			return places[i];
	}
	return NULL;
}

/* Tries it in a process that ends at once. */
static int try_mounts(void)
{
	int flags = session.isolation == ISOLATED ? CLONE_NEWUSER : 0, status, error;
	pid_t child = fork();

	if (child < 0)
		return -errno;
	if (!child) {
		error = enter_namespaces(flags | CLONE_NEWNS, false);
		if (!error)
			mount_directory(&error);
		_exit(-error);
	}
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -ECHILD;
	return -WEXITSTATUS(status);
}

bool in_plain_directory;

bool mounts_available(char *why, size_t size)
{
	static bool tried;
	static int error;

	if (!tried)
		error = try_mounts();
	tried = true;
	in_plain_directory = error && session.guest;
	if (error)
		snprintf(why, size, "needs a tmpfs in a mount namespace: %s",
			 errno_name(-error));
	return !error || in_plain_directory;
}

static void name_plain_directory(pid_t process, char *path, size_t size)
{
	snprintf(path, size, "/tmp/sc%x", (unsigned int)process);
}

static void enter_plain_directory(void)
{
	char *path = world.files.directory;

	name_plain_directory(getpid(), path, sizeof(world.files.directory));
	must(!mkdir(path, 0777) && !chmod(path, 0777) && !chdir(path), "%s: %s", path,
	     errno_name(errno));
}

static int remove_one(const char *path, const struct stat *status, int kind,
		      struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	remove(path);
	return 0;
}

void remove_plain_directory(pid_t process)
{
	char path[64];

	name_plain_directory(process, path, sizeof(path));
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

void enter_directory(bool own_mounts)
{
	const char *place = places[0];
	int error = 0;

	if (in_plain_directory) {
		enter_plain_directory();
		return;
	}
	if (!imaginary()) {
		must(own_mounts, "the case has no mount namespace of its own");
		place = mount_directory(&error);
		if (!place)
			sc_skip("needs a tmpfs in a mount namespace: %s",
				errno_name(-error));
	}
	snprintf(world.files.directory, sizeof(world.files.directory), "%s", place);
}

static struct world_path *add(const char *path, enum path_kind kind)
{
	struct world_path *made = &world.paths[world.path_count];

	must(world.path_count < WORLD_PATHS, "the world keeps %d files", WORLD_PATHS);
	must(!world_file(&world, path), "%s is there already", path);
	*made = (struct world_path){ .kind = kind };
	must((size_t)snprintf(made->path, sizeof(made->path), "%s", path) <
		     sizeof(made->path),
	     "%s is too long for the world", path);
	world.path_count++;
	return made;
}

void make_file(const char *path)
{
	int fd;

	add(path, PATH_FILE);
	if (imaginary())
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	must(fd >= 0, "%s: %s", path, errno_name(errno));
	close(fd);
}

static mode_t directory_mode(enum path_kind kind)
{
	switch (kind) {
	case PATH_UNWRITABLE:
		return 0555;
	case PATH_UNSEARCHABLE:
		return 0666;
	default:
		return 0777;
	}
}

/* That of POSIX message queues holds queues only, and anybody may mount it who has made
 * an IPC namespace. */
static void mount_without_sockets(const char *path)
{
	if (unshare(CLONE_NEWIPC) || mount("sockcheck", path, "mqueue", 0, NULL))
		sc_skip("needs a file system without sockets, that of mq_overview(7): "
			"%s",
			errno_name(errno));
}

void make_directory(const char *path, enum path_kind kind)
{
	add(path, kind);
	if (imaginary())
		return;
	must(!mkdir(path, 0700), "%s: %s", path, errno_name(errno));
	/* Whatever the caller's umask is. */
	must(!chmod(path, directory_mode(kind)), "%s: %s", path, errno_name(errno));
	if (kind == PATH_NO_SOCKETS)
		mount_without_sockets(path);
}

static void link_to(const char *path, const char *target)
{
	if (!imaginary())
		must(!symlink(target, path), "%s: %s", path, errno_name(errno));
}

void make_link_chain(const char *path, const char *target, unsigned int links)
{
	struct world_path *made = add(path, PATH_LINK);
	char from[64], to[64];

	must((size_t)snprintf(made->target, sizeof(made->target), "%s", target) <
		     sizeof(made->target),
	     "%s is too long for the world", target);
	made->links = links;
	snprintf(from, sizeof(from), "%s", path);
	for (unsigned int i = 1; i < links; i++) {
		snprintf(to, sizeof(to), "%.40s.%u", path, i);
		link_to(from, to);
		memcpy(from, to, sizeof(from));
	}
	link_to(from, target);
}

void make_link(const char *path, const char *target)
{
	make_link_chain(path, target, 1);
}

void make_link_loop(const char *path)
{
	add(path, PATH_LOOP)->links = 1;
	link_to(path, path);
}

void remove_file(const char *path)
{
	const struct world_path *removed = world_file(&world, path);

	must(removed, "%s is not there", path);
	world.paths[removed - world.paths] = world.paths[--world.path_count];
	if (!imaginary())
		must(!remove(path), "%s: %s", path, errno_name(errno));
}

void enter_removed_directory(void)
{
	world.files.removed = true;
	if (imaginary())
		return;
	must(!mkdir("gone", 0777) && !chdir("gone") && !rmdir("../gone"),
	     "a directory that is removed: %s", errno_name(errno));
}

static int own_directory(void)
{
	int error = enter_namespaces(CLONE_NEWUSER | CLONE_NEWNS, false);

	if (!error)
		mount_directory(&error);
	return error;
}

static int enter_directory_of(pid_t process)
{
	char path[64];

	/* Both found the same place to mount on. */
	snprintf(path, sizeof(path), "/proc/%d/root%s", (int)process,
		 world.files.directory);
	return chdir(path) ? -errno : 0;
}

void enter_foreign_directory(void)
{
	int error;

	world.files.foreign = true;
	if (imaginary())
		return;
	error = enter_what_child_makes(own_directory, enter_directory_of);
	if (error)
		sc_skip("needs a tmpfs of a nested user namespace: %s",
			errno_name(-error));
}

static void remount(unsigned long flags, const char *options)
{
	if (!imaginary() && mount(NULL, world.files.directory, NULL,
				  MS_REMOUNT | MS_NOSUID | MS_NODEV | flags, options))
		sc_skip("needs to remount a tmpfs: %s", errno_name(errno));
}

void make_read_only(enum read_only what)
{
	world.files.read_only = true;
	remount(MS_RDONLY | (what == READ_ONLY_MOUNT ? MS_BIND : 0), NULL);
}

void make_full(void)
{
	struct statfs status = { .f_files = 0 };
	char options[32];

	world.files.full = true;
	if (imaginary())
		return;
	must(!statfs(world.files.directory, &status), "statfs: %s", errno_name(errno));
	snprintf(options, sizeof(options), "nr_inodes=%llu",
		 (unsigned long long)(status.f_files - status.f_ffree));
	remount(0, options);
}

/* include/uapi/linux/landlock.h: system calls have these numbers everywhere. */
#define LINUX_LANDLOCK_CREATE_RULESET 444
#define LINUX_LANDLOCK_RESTRICT_SELF  446
#define LINUX_ACCESS_FS_MAKE_SOCK     (1ULL << 9)

void refuse_new_sockets_by_landlock(void)
{
	const unsigned long long handled = LINUX_ACCESS_FS_MAKE_SOCK;
	int rules, error = 0;

	world.files.no_new_sockets = true;
	if (imaginary())
		return;
	rules = (int)syscall(LINUX_LANDLOCK_CREATE_RULESET, &handled, sizeof(handled),
			     0U);
	if (rules < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(LINUX_LANDLOCK_RESTRICT_SELF, rules, 0U))
		error = errno;
	if (rules >= 0)
		close(rules);
	if (error)
		sc_skip("needs Landlock: %s", errno_name(error));
}

void set_umask(unsigned int mask)
{
	need_kernel("files");
	umask((mode_t)mask);
	world.caller.umask = mask;
}

void set_socket_mode(int fd, unsigned int mode)
{
	struct world_socket *changed = world_socket_to_change(&world, fd);

	need_kernel("files");
	must(changed, "%d is no socket", fd);
	changed->mode_flipped = mode ^ 0777;
	if (!imaginary())
		must(!fchmod(fd, (mode_t)mode), "fchmod: %s", errno_name(errno));
}

const char *absolute_path(const char *name)
{
	static char path[108];

	must((size_t)snprintf(path, sizeof(path), "%s/%s", world.files.directory,
			      name) < sizeof(path),
	     "%s is too long to be absolute", name);
	return path;
}

static struct stat status_of(const char *path)
{
	struct stat status = { .st_mode = 0 };

	if (fstatat(AT_FDCWD, path, &status, AT_SYMLINK_NOFOLLOW))
		memset(&status, 0, sizeof(status));
	return status;
}

bool socket_at(const char *path)
{
	const struct world_path *known = world_file(&world, path);

	if (imaginary())
		return known && known->kind == PATH_SOCKET;
	return S_ISSOCK(status_of(path).st_mode);
}

unsigned int mode_at(const char *path)
{
	const struct world_path *known = world_file(&world, path);

	if (imaginary())
		return known ? known->mode : 0;
	return status_of(path).st_mode & 07777;
}

unsigned int user_at(const char *path)
{
	return imaginary() ? world.caller.fsuid : status_of(path).st_uid;
}

unsigned int group_at(const char *path)
{
	return imaginary() ? world.caller.fsgid : status_of(path).st_gid;
}

/* Counts the files in a directory and in those in it; -1 where one cannot be read. */
static int count_files(int parent, const char *path)
{
	int fd = openat(parent, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	int count = 0, below;

	if (!directory)
		return -1;
	while (count >= 0 && (entry = readdir(directory))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		below = entry->d_type == DT_DIR ? count_files(fd, entry->d_name) : 0;
		count = below < 0 ? below : count + 1 + below;
	}
	closedir(directory);
	return count;
}

bool no_other_files(void)
{
	int due = 0;

	if (imaginary())
		return true;
	for (unsigned int i = 0; i < world.path_count; i++) {
		const struct world_path *known = &world.paths[i];

		due += known->links ? (int)known->links : 1;
		if (known->kind == PATH_SOCKET && !socket_at(known->path))
			return false;
	}
	return count_files(AT_FDCWD, world.files.directory) == due;
}
