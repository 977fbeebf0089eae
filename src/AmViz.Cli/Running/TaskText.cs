using System.Globalization;
using AmViz.Cli.Terminal;
using AmViz.Cluster.Abstractions;

namespace AmViz.Cli.Running;

/// <summary>A channel task as text.</summary>
internal static class TaskText
{
    /// <summary>In one line: state, step and device.</summary>
    public static string Line(TaskInspection task)
    {
        var step = task.Live is { Step: > 0 } live ? string.Create(CultureInfo.InvariantCulture, $"  step {live.Step} of {live.Steps}") : "";
        var device = task.Device is { } name ? $"  {name}  lease {task.Lease}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"state    {Word(task.State)}{step}{device}");
    }

    /// <summary>With its attempts and its picture.</summary>
    public static void Write(Screen screen, TaskInspection task)
    {
        screen.Output.WriteLine($"task     {task.Task}");
        screen.Output.WriteLine(Line(task));
        if (task.Picture is { } picture)
        {
            screen.Output.WriteLine($"picture  {picture}");
        }

        if (task.Error is { } error)
        {
            screen.Output.WriteLine($"error    {error}");
        }

        if (task.Attempts.Count > 0)
        {
            screen.Output.WriteLine();
            screen.Results.Write(Attempts(task.Attempts));
        }
    }

    private static Spectre.Console.Table Attempts(IEnumerable<TaskAttempt> attempts)
    {
        var table = Tables.Plain("attempt", "end", "device", "lease", "started", "ended", "error");
        foreach (var attempt in attempts)
        {
            table.AddTextRow($"{attempt.Number}", Word(attempt.End), attempt.Device, attempt.Lease, Time(attempt.StartedAt), Time(attempt.EndedAt), attempt.Error ?? "");
        }

        return table;
    }

    private static string Word<T>(T value)
        where T : struct, Enum
        => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
