package corral.it.lifecycle;

import corral.it.load.LoadResult;
import java.util.List;

/** What happens to a server under load; named as `--only` wants it. */
enum Scenario {
    STEADY("nothing happens") {
        @Override
        void run(Course course) {
            course.rest();
        }
    },
    RELOAD("20 rolling reloads a minute") {
        @Override
        void run(Course course) throws Exception {
            course.evenly(course.times(20), number -> {
                course.target().site().version("v" + number);
                course.target().reload();
            });
        }

        @Override
        void check(LoadResult load, Course course) {
            if (course.done() > 0 && load.byVersion().size() < course.done() / 2) {
                course.problem("too few of the versions answered: " + load.byVersion());
            }
        }
    },
    RECYCLE("max_requests=50, jitter 10") {
        @Override
        void run(Course course) {
            course.rest();
        }

        @Override
        void check(LoadResult load, Course course) {
            if (load.byPid().size() < 3) {
                course.problem("too few workers for max_requests=50: " + load.byPid());
            }
        }
    },
    SCALE("2 workers, 6, 1, 3") {
        @Override
        void run(Course course) throws Exception {
            List<Integer> numbers = List.of(6, 1, 3);
            course.evenly(numbers.size(), number -> course.target().scale(numbers.get(number)));
        }
    },
    KILL("kill -9 of a random worker each 500 ms") {
        @Override
        void run(Course course) throws Exception {
            course.evenly(course.times(120), number -> {
                long pid = course.anyWorker();
                if (pid != 0) {
                    course.kill(pid, false);
                }
            });
        }
    },
    STOP("SIGSTOP of a worker until its watchdog (2 s) fires") {
        @Override
        void run(Course course) throws Exception {
            while (!course.isOver()) {
                long pid = course.anyWorker();
                long fromNs = System.nanoTime();
                new ProcessBuilder("/bin/kill", "-STOP", Long.toString(pid))
                        .start()
                        .waitFor();
                if (!course.await(() -> ProcessHandle.of(pid).isEmpty())) {
                    course.problem("worker " + pid + " was stopped and not killed for it within 30 s");
                }
                course.hung(pid, fromNs);
                if (!course.await(() -> course.target().workers().size() == 2)) {
                    course.problem("no successor of worker " + pid + " within 30 s");
                }
                course.did();
            }
        }
    },
    UPGRADE("5 front upgrades a minute") {
        @Override
        void run(Course course) throws Exception {
            course.evenly(course.times(5), number -> course.target().upgrade());
        }
    },
    CERTIFICATE("HTTPS, 4 renewals of the certificate a minute") {
        @Override
        void run(Course course) throws Exception {
            course.evenly(course.times(4), number -> {
                course.target().site().use(number % 2 == 0 ? "renewed" : "web");
                course.target().renew();
            });
        }
    },
    UPDATE("update with changed worker settings, 4 a minute") {
        @Override
        void run(Course course) throws Exception {
            course.evenly(course.times(4), number -> course.target().update("s" + number));
        }

        @Override
        void check(LoadResult load, Course course) {
            if (course.done() > 0 && load.byVersion().size() < 2) {
                course.problem("the new settings never showed: " + load.byVersion());
            }
        }
    },
    BROKEN("a version that cannot be imported, and back; 2 a minute") {
        @Override
        void run(Course course) throws Exception {
            course.evenly(course.times(2), number -> {
                course.target().site().brokenVersion();
                try {
                    course.note(course.target().failingReload());
                } finally {
                    course.target().site().version("back" + number);
                    course.target().recover();
                }
            });
        }
    },
    FRONT_KILL("kill -9 of the front, 4 a minute") {
        @Override
        void run(Course course) throws Exception {
            if (!course.target().frontIsReplaceable()) {
                throw new Unsupported("nothing brings the killed process back");
            }
            course.evenly(course.times(4), number -> {
                long pid = course.target().front();
                course.kill(pid, true);
                if (!course.await(() -> course.target().front() != pid)) {
                    throw new IllegalStateException("no new front within 30 s");
                }
            });
        }
    };

    private final String title;

    Scenario(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    Setup setup() {
        return switch (this) {
            case RECYCLE -> Setup.workers(2).maxRequests(50, 10);
            case KILL -> Setup.workers(4);
            case STOP -> Setup.workers(2).timeout(2);
            case CERTIFICATE -> Setup.workers(2).withTls();
            case STEADY, RELOAD, SCALE, UPGRADE, UPDATE, BROKEN, FRONT_KILL -> Setup.workers(2);
        };
    }

    /** {@code front-kill} for FRONT_KILL. */
    String option() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** Notes a problem if the load did not meet what the scenario is about. */
    void check(LoadResult load, Course course) {}

    /** Takes all of the course's time. */
    abstract void run(Course course) throws Exception;
}
