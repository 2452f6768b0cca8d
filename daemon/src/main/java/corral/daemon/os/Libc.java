package corral.daemon.os;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/**
 * The functions of the C library that jnr-posix does not offer, by their names in the man pages. Results are theirs: -1 and
 * errno on error.
 */
@SuppressWarnings("checkstyle:MethodName")
public interface Libc {
    int open(String path, int flags, int mode);

    int close(int fd);

    long read(int fd, @Out Pointer buffer, long length);

    long write(int fd, @In Pointer buffer, long length);

    long pread(int fd, @Out Pointer buffer, long length, long offset);

    long pwrite(int fd, @In Pointer buffer, long length, long offset);

    long lseek(int fd, long offset, int whence);

    int ftruncate(int fd, long length);

    int fchmod(int fd, int mode);

    int fchown(int fd, int uid, int gid);

    int fchdir(int fd);

    int chdir(String path);

    int umask(int mask);

    int socket(int domain, int type, int protocol);

    int socketpair(int domain, int type, int protocol, @Out Pointer both);

    int shutdown(int fd, int how);

    long sendmsg(int fd, @In Pointer message, int flags);

    long sendto(int fd, @In Pointer buffer, long length, int flags, @In Pointer address, int addressLength);

    int bind(int fd, @In Pointer address, int length);

    int listen(int fd, int backlog);

    int setsockopt(int fd, int level, int option, @In Pointer value, int length);

    int getsockopt(int fd, int level, int option, Pointer value, Pointer length);

    int getsockname(int fd, Pointer address, Pointer length);

    long recv(int fd, @Out Pointer buffer, long length, int flags);

    int chmod(String path, int mode);

    int chown(String path, int uid, int gid);

    int unlink(String path);

    int dup(int fd);

    int memfd_create(String name, int flags);

    int execve(@In Pointer path, @In Pointer arguments, @In Pointer environment);

    int getpagesize();

    int fcntl(int fd, int command, long argument);

    int poll(Pointer fds, long count, int timeoutMs);

    long splice(int in, Pointer inOffset, int out, Pointer outOffset, long length, int flags);

    int epoll_create1(int flags);

    int epoll_ctl(int epoll, int operation, int fd, Pointer event);

    int epoll_wait(int epoll, Pointer events, int max, int timeoutMs);

    int eventfd(int initial, int flags);

    int waitpid(int pid, Pointer status, int options);

    int unshare(int flags);

    int prctl(int option, long argument2, long argument3, long argument4, long argument5);

    Pointer signal(int signal, Pointer handler);

    int sigaction(int signal, Pointer action, Pointer old);

    int prlimit(int pid, int resource, Pointer newLimit, Pointer oldLimit);

    int pthread_sigmask(int how, Pointer set, Pointer old);

    int getgrouplist(String user, int gid, Pointer groups, Pointer count);

    int setgroups(long count, @In Pointer groups);

    long syscall(long number, long a, long b, long c);

    long syscall(long number, long a, long b, long c, long d);

    int ioctl(int fd, long request, Pointer argument);

    int waitid(int idType, int id, Pointer info, int options);

    int flock(int fd, int operation);

    long tee(int in, int out, long length, int flags);

    int pipe2(@Out Pointer both, int flags);

    int rename(String from, String to);

    void openlog(Pointer ident, int option, int facility);

    void syslog(int priority, String format, String message);

    int posix_spawn_file_actions_addopen(Pointer actions, int fd, String path, int flags, int mode);

    int posix_spawn_file_actions_addchdir_np(Pointer actions, String path);

    int posix_spawn_file_actions_addclosefrom_np(Pointer actions, int from);
}
