package corral.it.crash;

import corral.it.lifecycle.Judgement;
import corral.it.load.LoadResult;
import java.util.List;

/**
 * What a trial has come to.
 *
 * @param daemon whose
 * @param what happened to it
 * @param times how often
 * @param early how many of those before it answered
 * @param outages when it did not answer
 * @param findings what was wrong with processes
 * @param left processes that were still there after its orderly end
 * @param lines what became of numbered lines
 * @param load what was asked of the server
 * @param judgement what of that failed
 * @param problems all else
 * @param note for people
 */
record CrashResult(
        String daemon,
        String what,
        int times,
        int early,
        Outages outages,
        Findings findings,
        int left,
        Lines lines,
        LoadResult load,
        Judgement judgement,
        List<String> problems,
        String note) {

    boolean clean() {
        return findings.none() && left == 0 && lines.clean() && judgement.clean() && problems.isEmpty();
    }
}
