using System.Globalization;
using System.Text.Json.Nodes;
using AmViz.StandIn.Objects;

namespace AmViz.StandIn.Controllers;

/// <summary>Jobs: pods until enough of them, or of every index one, ended well.</summary>
internal sealed class JobController(ClusterObjects objects) : IController
{
    private const string Tracking = "batch.kubernetes.io/job-tracking";

    // Of Kubernetes' ten seconds and six minutes, so that nobody waits long.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    // Pods that ended, by Job: what they came to counts also when they are deleted.
    private readonly Dictionary<string, Dictionary<string, JsonObject>> _ended = new(StringComparer.Ordinal);

    public void Reconcile()
    {
        var all = objects.All(Kinds.Pods);
        var jobs = objects.All(Kinds.Jobs);
        Release(all, jobs);
        foreach (var job in jobs)
        {
            var ended = _ended.GetValueOrDefault(job.Uid(), []);
            JsonObject[] pods = [.. ended.Values, .. all.Where(pod => pod.IsOwnedBy(job) && !ended.ContainsKey(pod.Uid()))];
            if (job.Condition("Complete") is null && job.Condition("Failed") is null)
            {
                Advance(job, pods, JobProgress.Of(job, pods));
            }
            else
            {
                CleanUp(job, pods);
            }
        }
    }

    // Keeps what pods came to, and lets them go.
    private void Release(IReadOnlyList<JsonObject> pods, IReadOnlyList<JsonObject> jobs)
    {
        foreach (var pod in pods.Where(pod => pod.Words("metadata", "finalizers").Contains(Tracking, StringComparer.Ordinal)))
        {
            var job = jobs.FirstOrDefault(job => pod.IsOwnedBy(job));
            if (job is not null && !pod.IsOver())
            {
                continue;
            }

            if (job is not null)
            {
                _ended.TryAdd(job.Uid(), new(StringComparer.Ordinal));
                _ended[job.Uid()][pod.Uid()] = pod;
            }

            objects.Update(Kinds.Pods, pod, it => ((JsonObject)it["metadata"]!).Remove("finalizers"));
        }

        foreach (var gone in _ended.Keys.Except(jobs.Select(job => job.Uid()), StringComparer.Ordinal).ToArray())
        {
            _ended.Remove(gone);
        }
    }

    private void Advance(JsonObject job, JsonObject[] pods, JobProgress progress)
    {
        if (progress.Outcome(objects.Time) is { } end)
        {
            End(job, pods, end);
            return;
        }

        var suspended = job.Flag("spec", "suspend");
        if (suspended)
        {
            Stop(progress.Active);
        }
        else if (MayStart(job, progress))
        {
            Start(job, progress);
        }

        objects.UpdateStatus(Kinds.Jobs, job, status =>
        {
            Report(status, progress);
            if (!suspended)
            {
                status["startTime"] ??= objects.Now;
            }

            if (suspended || job.Condition("Suspended") is not null)
            {
                status.SetCondition("Suspended", suspended, suspended ? "JobSuspended" : "JobResumed", objects.Now);
            }
        });
    }

    private bool MayStart(JsonObject job, JobProgress progress)
    {
        if (progress.LastFailure is not { } last)
        {
            return true;
        }

        var pause = FirstPause * Math.Pow(2, Math.Min(10, Math.Max(0, progress.Counted - 1)));
        return objects.Time >= last + (pause < LongestPause ? pause : LongestPause);
    }

    private void Start(JsonObject job, JobProgress progress)
    {
        // A pod that is about to end still holds its index.
        var room = (job.Number("spec", "parallelism") ?? 1) - progress.Active.Count - progress.Leaving;
        foreach (var index in progress.Missing.Take(Math.Max(0, room)))
        {
            Create(job, index);
        }
    }

    private void Create(JsonObject job, int? index)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{job.Name()}{(index is null ? "" : $"-{index}")}-{Names.Random()}");
        var pod = ClusterObjects.Pod(job, name, job.At("spec", "template")!);
        pod["metadata"]!["finalizers"] = new JsonArray(Tracking);
        if (index is { } number)
        {
            var text = number.ToString(CultureInfo.InvariantCulture);
            pod["metadata"]!["annotations"] ??= new JsonObject();
            pod["metadata"]!["annotations"]![JobProgress.Index] = text;
            pod["metadata"]!["labels"]![JobProgress.Index] = text;
            pod["spec"]!["hostname"] = $"{job.Name()}-{text}";
            foreach (var container in pod.Items("spec", "containers").Concat(pod.Items("spec", "initContainers")))
            {
                container["env"] ??= new JsonArray();
                ((JsonArray)container["env"]!).Add(new JsonObject { ["name"] = "JOB_COMPLETION_INDEX", ["value"] = text });
            }
        }

        objects.Tell(job, "SuccessfulCreate", $"Created pod {name}");
        objects.Create(Kinds.Pods, pod);
    }

    private void End(JsonObject job, JsonObject[] pods, JobEnd end)
    {
        // Those that still run are no longer needed; the Job has ended when they have.
        Stop(pods.Where(pod => !pod.IsOver() && !pod.IsLeaving()));
        var waits = pods.Any(pod => !pod.IsOver());
        if (job.Condition(end.Type == "Complete" ? "SuccessCriteriaMet" : "FailureTarget") is null)
        {
            objects.Tell(job, end.Reason, end.Message, warning: end.Type == "Failed");
        }

        var progress = JobProgress.Of(job, pods);
        objects.UpdateStatus(Kinds.Jobs, job, status =>
        {
            Report(status, progress);
            status["startTime"] ??= objects.Now;
            status.SetCondition(end.Type == "Complete" ? "SuccessCriteriaMet" : "FailureTarget", holds: true, end.Reason, objects.Now, end.Message);
            if (!waits)
            {
                status.SetCondition(end.Type, holds: true, end.Reason, objects.Now, end.Message);
                if (end.Type == "Complete")
                {
                    status["completionTime"] = objects.Now;
                }
            }
        });
    }

    private static void Report(JsonObject status, JobProgress progress)
    {
        (status["active"], status["ready"]) = (progress.Active.Count, progress.Active.Count(pod => pod.IsReady()));
        (status["succeeded"], status["failed"]) = (progress.Succeeded, progress.Failed);
        if (progress.IsIndexed)
        {
            status["completedIndexes"] = string.Join(',', progress.Completed.Order());
        }
    }

    private void Stop(IEnumerable<JsonObject> pods)
    {
        foreach (var pod in pods)
        {
            objects.Delete(Kinds.Pods, pod);
        }
    }

    private void CleanUp(JsonObject job, JsonObject[] pods)
    {
        Stop(pods.Where(pod => !pod.IsOver() && !pod.IsLeaving()));
        if (job.Number("spec", "ttlSecondsAfterFinished") is { } seconds
            && (job.Condition("Complete") ?? job.Condition("Failed")).Text("lastTransitionTime") is { } ended
            && DateTimeOffset.Parse(ended, CultureInfo.InvariantCulture).AddSeconds(seconds) <= objects.Time)
        {
            objects.Delete(Kinds.Jobs, job);
        }
    }
}
