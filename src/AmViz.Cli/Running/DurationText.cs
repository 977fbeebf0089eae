namespace AmViz.Cli.Running;

/// <summary>A stretch of time for people, such as <c>2 min 50 s</c>.</summary>
internal static class DurationText
{
    /// <summary>Seconds are rounded up, since nobody minds being done early.</summary>
    public static string Of(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => FormattableString.Invariant($"{Math.Ceiling(span.TotalSeconds):0} s"),
        { TotalHours: < 1 } => FormattableString.Invariant($"{span.Minutes} min {span.Seconds} s"),
        { TotalDays: < 1 } => FormattableString.Invariant($"{span.Hours} h {span.Minutes} min"),
        _ => FormattableString.Invariant($"{span.TotalDays:0.0} days"),
    };
}
