package corral.it.lifecycle;

import java.util.List;

/** What happens to a server under load; named as `--only` wants it. */
@SuppressWarnings("ImmutableEnumChecker")
enum Scenario {
    STEADY("nothing happens", Setup.workers(2)) {
        @Override
        void run(Course course) {
            course.rest();
        }
    },
    RELOAD("20 rolling reloads a minute", Setup.workers(2)) {
        @Override
        void run(Course course) throws Exception {
            course.evenly(course.times(20), number -> {
                course.target().site().version("v" + number);
                course.target().reload();
            });
        }
    },
    RECYCLE("max_requests=50, jitter 10", Setup.workers(2).maxRequests(50, 10)) {
        @Override
        void run(Course course) {
            course.rest();
        }
    },
    SCALE("2 workers, 6, 1, 3", Setup.workers(2)) {
        @Override
        void run(Course course) throws Exception {
            List<Integer> numbers = List.of(6, 1, 3);
            course.evenly(numbers.size(), number -> course.target().scale(numbers.get(number)));
        }
    },
    KILL("kill -9 of a random worker each 500 ms", Setup.workers(4)) {
        @Override
        void run(Course course) throws Exception {
            course.evenly(course.times(120), number -> {
                long pid = course.anyWorker();
                if (pid != 0) {
                    course.killed(pid, false);
                    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                }
            });
        }
    },
    STOP("SIGSTOP of a worker until its watchdog (2 s) fires", Setup.workers(2).timeout(2)) {
        @Override
        void run(Course course) throws Exception {
            while (!course.isOver()) {
                long pid = course.anyWorker();
                course.killed(pid, false);
                new ProcessBuilder("/bin/kill", "-STOP", Long.toString(pid))
                        .start()
                        .waitFor();
                if (!course.await(() -> ProcessHandle.of(pid).isEmpty())) {
                    course.problem("worker " + pid + " was stopped and not killed for it within 30 s");
                }
                if (!course.await(() -> course.target().workers().size() == 2)) {
                    course.problem("no successor of worker " + pid + " within 30 s");
                }
                course.did();
            }
        }
    },
    UPGRADE("5 front upgrades a minute", Setup.workers(2)) {
        @Override
        void run(Course course) throws Exception {
            course.evenly(course.times(5), number -> course.target().upgrade());
        }
    },
    CERTIFICATE(
            "HTTPS, 4 renewals of the certificate a minute", Setup.workers(2).withTls()) {
        @Override
        void run(Course course) throws Exception {
            course.evenly(course.times(4), number -> {
                course.target().site().use(number % 2 == 0 ? "renewed" : "web");
                course.target().renew();
            });
        }
    },
    UPDATE("update with changed worker settings, 4 a minute", Setup.workers(2)) {
        @Override
        void run(Course course) throws Exception {
            course.evenly(course.times(4), number -> course.target().update("s" + number));
        }
    },
    BROKEN("a version that cannot be imported, and back; 2 a minute", Setup.workers(2)) {
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
    FRONT_KILL("kill -9 of the front, 4 a minute", Setup.workers(2)) {
        @Override
        void run(Course course) throws Exception {
            if (!course.target().frontIsReplaceable()) {
                throw new Unsupported("nothing brings the killed process back");
            }
            course.evenly(course.times(4), number -> {
                long pid = course.target().front();
                course.killed(pid, true);
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                if (!course.await(() -> course.target().front() != pid)) {
                    throw new IllegalStateException("no new front within 30 s");
                }
            });
        }
    };

    private final String title;
    private final Setup setup;

    Scenario(String title, Setup setup) {
        this.title = title;
        this.setup = setup;
    }

    String title() {
        return title;
    }

    Setup setup() {
        return setup;
    }

    /** {@code front-kill} for FRONT_KILL. */
    String option() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** Takes all of the course's time. */
    abstract void run(Course course) throws Exception;
}
