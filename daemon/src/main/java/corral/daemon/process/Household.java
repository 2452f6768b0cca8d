package corral.daemon.process;

/** Keeps the processes of a supervisor: passes what they ask and tell to those whose business it is. Loop thread. */
final class Household implements Keeper {
    private final Supervisor supervisor;
    private final Launches launches;
    private final Chronicle chronicle;

    Household(Supervisor supervisor, Launches launches, Chronicle chronicle) {
        this.supervisor = supervisor;
        this.launches = launches;
        this.chronicle = chronicle;
    }

    @Override
    public int numberOfLaunch(ManagedProcess process) {
        return launches.number(process);
    }

    @Override
    public boolean mayRestart(ManagedProcess process) {
        return supervisor.mayStart(process);
    }

    @Override
    public void onTransition(ManagedProcess process, Transition transition) {
        chronicle.touch(process);
        supervisor.onTransition(process, transition);
    }

    @Override
    public void onChange(ManagedProcess process) {
        chronicle.touch(process);
    }

    @Override
    public void whenWritten(Runnable then) {
        chronicle.whenWritten(then);
    }

    @Override
    public void onReadyAgain(ManagedProcess process) {
        supervisor.dependencies().goOn();
        supervisor.replacements().goOn();
    }

    @Override
    public void onReplaceAsked(ManagedProcess process, String reason) {
        supervisor.requestReplacement(process, reason);
    }

    @Override
    public void onLeaving(ManagedProcess process) {
        supervisor.replacements().onLeaving(process);
    }

    @Override
    public void onGone(ManagedProcess process) {
        supervisor.group(process.group()).ifPresent(group -> group.forget(process));
        supervisor.replacements().goOn();
    }
}
