using System.Globalization;
using System.Text.Json.Nodes;
using AmViz.StandIn.Objects;

namespace AmViz.StandIn.Controllers;

/// <summary>How a Job ended.</summary>
/// <param name="Type">Complete or Failed.</param>
/// <param name="Reason">In a word.</param>
/// <param name="Message">In a sentence.</param>
internal sealed record JobEnd(string Type, string Reason, string Message);

/// <summary>What the pods of a Job have come to.</summary>
internal sealed class JobProgress
{
    /// <summary>Annotation and label of a pod with its index.</summary>
    public const string Index = "batch.kubernetes.io/job-completion-index";

    private readonly JsonObject _job;
    private readonly List<(JsonObject Pod, string Action, string Why)> _failures = [];

    private JobProgress(JsonObject job, IReadOnlyList<JsonObject> pods)
    {
        _job = job;
        Active = [.. pods.Where(pod => !pod.IsOver() && !pod.IsLeaving())];
        Leaving = pods.Count(pod => !pod.IsOver() && pod.IsLeaving());
        _failures.AddRange(pods.Where(pod => pod.Text("status", "phase") == "Failed").Select(Judge));
        var ended = pods.Where(pod => pod.Text("status", "phase") == "Succeeded").ToArray();
        Completed = [.. ended.Select(IndexOf).OfType<int>()];
        Succeeded = IsIndexed ? Completed.Count : ended.Length;
    }

    public bool IsIndexed => _job.Text("spec", "completionMode") == "Indexed";

    public IReadOnlyList<JsonObject> Active { get; }

    /// <summary>Pods that were told to end and have not.</summary>
    public int Leaving { get; }

    /// <summary>Indexes that ended well.</summary>
    public HashSet<int> Completed { get; }

    public int Succeeded { get; }

    public int Failed => _failures.Count;

    /// <summary>Failures that count against the limit.</summary>
    public int Counted => _failures.Count(failure => failure.Action == "Count");

    /// <summary>Indexes that failed more often than each may; without a limit for each, none.</summary>
    public IReadOnlyCollection<int> FailedIndexes => _job.Number("spec", "backoffLimitPerIndex") is { } limit
        ? [.. _failures.Where(failure => failure.Action == "Count").GroupBy(failure => IndexOf(failure.Pod)!.Value).Where(index => index.Count() > limit).Select(index => index.Key)]
        : [];

    public DateTimeOffset? LastFailure => _failures.Where(failure => failure.Action == "Count").Select(failure => EndOf(failure.Pod)).Max();

    /// <summary>Indexes to start a pod for; without indexes a null for each pod.</summary>
    public IEnumerable<int?> Missing => IsIndexed
        ? Enumerable.Range(0, Completions).Except(Completed).Except(FailedIndexes).Except(Active.Select(IndexOf).OfType<int>()).Select(index => (int?)index)
        : Enumerable.Repeat<int?>(null, Math.Max(0, Completions - Succeeded - Active.Count));

    private int Completions => _job.Number("spec", "completions") ?? 1;

    public static JobProgress Of(JsonObject job, IReadOnlyList<JsonObject> pods) => new(job, pods);

    /// <summary>How the Job ends, if it does now.</summary>
    public JobEnd? Outcome(DateTimeOffset now)
    {
        if (_failures.FirstOrDefault(failure => failure.Action == "FailJob") is { Pod: not null } end)
        {
            return new("Failed", "PodFailurePolicy", end.Why);
        }

        if (Succeeded >= Completions)
        {
            return new("Complete", "CompletionsReached", "Reached expected number of succeeded pods");
        }

        if (_job.Items("spec", "successPolicy", "rules").Any(IsMet))
        {
            return new("Complete", "SuccessPolicy", "Matched rules at index 0");
        }

        if (Counted > (_job.Number("spec", "backoffLimit") ?? 6))
        {
            return new("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }

        if (FailedIndexes.Count > (_job.Number("spec", "maxFailedIndexes") ?? Completions))
        {
            return new("Failed", "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
        }

        if (FailedIndexes.Count > 0 && Completed.Count + FailedIndexes.Count >= Completions)
        {
            return new("Failed", "FailedIndexes", "Job has failed indexes");
        }

        return _job.Number("spec", "activeDeadlineSeconds") is { } seconds && _job.Text("status", "startTime") is { } start && Moment(start).AddSeconds(seconds) <= now
            ? new("Failed", "DeadlineExceeded", "Job was active longer than specified deadline")
            : null;
    }

    private static int? IndexOf(JsonObject pod)
        => pod.Text("metadata", "annotations", Index) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset? EndOf(JsonObject pod)
        => pod.Items("status", "containerStatuses").Select(container => container.Text("state", "terminated", "finishedAt")).OfType<string>().Select(text => (DateTimeOffset?)Moment(text)).Max();

    private (JsonObject, string, string) Judge(JsonObject pod)
    {
        foreach (var rule in _job.Items("spec", "podFailurePolicy", "rules"))
        {
            if (Cause(rule, pod) is { } cause)
            {
                return (pod, rule.Text("action")!, $"{cause} matching {rule.Text("action")} rule");
            }
        }

        return (pod, "Count", "");
    }

    private static string? Cause(JsonObject rule, JsonObject pod)
    {
        if (rule.Items("onPodConditions").FirstOrDefault(condition => pod.Condition(condition.Text("type")!).Text("status") == (condition.Text("status") ?? "True")) is { } found)
        {
            return $"Pod {pod.Space()}/{pod.Name()} has condition {found.Text("type")}";
        }

        if (rule.At("onExitCodes") is not { } codes)
        {
            return null;
        }

        var values = codes.Words("values").ToHashSet(StringComparer.Ordinal);
        var match = pod.Items("status", "containerStatuses").Concat(pod.Items("status", "initContainerStatuses"))
            .Where(container => codes.Text("containerName") is not { } name || name == container.Text("name"))
            .FirstOrDefault(container => container.Number("state", "terminated", "exitCode") is { } code and not 0
                && values.Contains(code.ToString(CultureInfo.InvariantCulture)) == (codes.Text("operator") == "In"));
        return match is null ? null : string.Create(CultureInfo.InvariantCulture, $"Container {match.Text("name")} for pod {pod.Space()}/{pod.Name()} failed with exit code {match.Number("state", "terminated", "exitCode")}");
    }

    private bool IsMet(JsonObject rule)
    {
        var indexes = rule.Text("succeededIndexes") is { } text ? Ranges(text).ToHashSet() : [.. Enumerable.Range(0, Completions)];
        var met = Completed.Count(indexes.Contains);
        return met >= (rule.Number("succeededCount") ?? indexes.Count);
    }

    private static IEnumerable<int> Ranges(string text) => text.Split(',').SelectMany(part =>
    {
        var ends = part.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    });
}
