using System.Globalization;
using AmViz.Sweeps;

namespace AmViz.TestSilo;

/// <summary>What goes wrong on the devices of a test silo, from its environment.</summary>
/// <param name="Crash"><c>layer/channel</c> whose batch kills the process; null: none.</param>
/// <param name="NotFinite"><c>layer/channel</c> whose objective diverges; null: none.</param>
/// <param name="BatchSize">Images drawn at once.</param>
/// <param name="BatchTime">How long a batch takes.</param>
internal sealed record Faults(string? Crash, string? NotFinite, int BatchSize, TimeSpan BatchTime)
{
    /// <summary>Reads <c>TESTSILO_CRASH</c>, <c>TESTSILO_NOTFINITE</c>, <c>TESTSILO_BATCH</c> and <c>TESTSILO_MILLISECONDS</c>.</summary>
    public static Faults FromEnvironment() => new(
        Environment.GetEnvironmentVariable("TESTSILO_CRASH"),
        Environment.GetEnvironmentVariable("TESTSILO_NOTFINITE"),
        Number("TESTSILO_BATCH", 1),
        TimeSpan.FromMilliseconds(Number("TESTSILO_MILLISECONDS", 100)));

    /// <summary>Whether a fault is about this task.</summary>
    public static bool Names(string? fault, ChannelTask task)
        => fault == string.Create(CultureInfo.InvariantCulture, $"{task.Layer}/{task.Channel}");

    private static int Number(string variable, int otherwise)
        => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
