using System.Globalization;

namespace AmViz.Cluster.Http;

/// <summary>Addresses below that of an API: the only place that writes them.</summary>
internal static class ApiPaths
{
    /// <summary>Whose key it is.</summary>
    public const string Me = "api/v1/me";

    /// <summary>What a spec comes to.</summary>
    public const string Plans = "api/v1/plans";

    /// <summary>What a spec would take.</summary>
    public const string Estimates = "api/v1/estimates";

    /// <summary>Where uploads of networks begin.</summary>
    public const string Uploads = "api/v1/uploads";

    private const string Sweeps = "api/v1/sweeps";

    /// <summary>A network of the store.</summary>
    public static string Network(string weightsDigest) => $"api/v1/networks/{Uri.EscapeDataString(weightsDigest)}";

    /// <summary>An upload.</summary>
    public static string Upload(string upload) => $"{Uploads}/{Uri.EscapeDataString(upload)}";

    /// <summary>A part of a file of an upload.</summary>
    public static string Part(string upload, string file, long offset, string sha256)
        => string.Create(CultureInfo.InvariantCulture, $"{Upload(upload)}/files/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}?offset={offset}&sha256={sha256}");

    /// <summary>A page of the sweeps.</summary>
    /// <param name="state">Of those in this state; null: of all.</param>
    /// <param name="limit">Longest page.</param>
    /// <param name="after">Begins after this one; null: with the first.</param>
    public static string Page(string? state, int limit, SweepId? after)
        => string.Create(CultureInfo.InvariantCulture, $"{Sweeps}?limit={limit}{(state is null ? "" : $"&state={state}")}{(after is null ? "" : $"&after={after}")}");

    /// <summary>A sweep.</summary>
    public static string Sweep(SweepId sweep) => $"{Sweeps}/{sweep}";

    /// <summary>What is done to a sweep.</summary>
    public static string Control(SweepId sweep, string verb) => $"{Sweep(sweep)}/{verb}";

    /// <summary>The events of a sweep.</summary>
    public static string Events(SweepId sweep) => $"{Sweep(sweep)}/events";

    /// <summary>A file of a sweep.</summary>
    public static string File(SweepId sweep, string name) => $"{Sweep(sweep)}/files/{Uri.EscapeDataString(name)}";

    /// <summary>A picture of a sweep, by its path in the store.</summary>
    public static string Picture(SweepId sweep, string path) => $"{Sweep(sweep)}/pictures/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>A file of the pass of photographs that a sweep is, by its path in the store.</summary>
    public static string PassFile(SweepId sweep, string path) => $"{Sweep(sweep)}/pass/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>A table of a sweep that scores pictures, by its path in the store.</summary>
    public static string ScoreFile(SweepId sweep, string path) => $"{Sweep(sweep)}/scores/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>A task of a sweep.</summary>
    public static string Task(SweepId sweep, TaskQuery task)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{Sweep(sweep)}/tasks/{Uri.EscapeDataString(task.Model)}/{Uri.EscapeDataString(task.Layer)}/{task.Channel}{(task.Seed is { } seed ? $"?seed={seed}" : "")}");

    /// <summary>A sweep that is submitted.</summary>
    public static string Submission(SweepId sweep, SweepSubmission submission)
    {
        List<string> query = [];
        if (submission.Rank is { } rank)
        {
            query.Add(string.Create(CultureInfo.InvariantCulture, $"priority={rank.Priority}&share={rank.Share}"));
        }

        if (submission.Pool is { } pool)
        {
            query.Add($"pool={Uri.EscapeDataString(pool)}");
        }

        if (submission.Anew)
        {
            query.Add("again=true");
        }

        return query.Count == 0 ? Sweep(sweep) : $"{Sweep(sweep)}?{string.Join('&', query)}";
    }
}
