using System.Globalization;
using AmViz.TestKit;

namespace AmViz.Benchmarks;

/// <summary>The same sweep over plain TCP and over mutual TLS, in turns, so that whatever else the machine does meets both.</summary>
public sealed record TlsComparison
{
    /// <summary>Without certificates.</summary>
    public required TlsSide Plain { get; init; }

    /// <summary>With them.</summary>
    public required TlsSide Tls { get; init; }

    /// <summary>Median over the rounds: how much fewer channels a second there are with TLS, as a share of those without; negative: there are more.</summary>
    public required double Overhead { get; init; }

    /// <summary>Median over the rounds: how much more processor time all processes take with TLS, as a share of what they take without.</summary>
    public required double ProcessorOverhead { get; init; }

    /// <summary>Runs it.</summary>
    /// <param name="settings">What is simulated; its channels are those of each side, in all rounds together.</param>
    /// <param name="rounds">How often each side has its turn.</param>
    /// <param name="tell">Told how far it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<TlsComparison> RunAsync(SimulationSettings settings, int rounds, Action<string> tell, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestAuthority();
        var certificates = authority.Issue(folder.At("tls"));
        var round = settings with { Channels = settings.Channels / rounds, Apart = true };
        var (plain, tls) = (new List<SimulationReport>(), new List<SimulationReport>());
        for (var number = 0; number < rounds; number++)
        {
            // Neither side always comes first.
            foreach (var isTls in number % 2 == 0 ? new[] { false, true } : [true, false])
            {
                var report = await Simulation.RunAsync(round with { Certificates = isTls ? certificates : null, Seed = settings.Seed + number }, _ => { }, cancellationToken);
                (isTls ? tls : plain).Add(report);
                tell(string.Create(CultureInfo.InvariantCulture, $"round {number + 1} {(isTls ? "tls" : "plain")}: {TlsSide.Of([report])}"));
            }
        }

        (TlsSide Plain, TlsSide Tls)[] sides = [.. plain.Zip(tls, (one, other) => (TlsSide.Of([one]), TlsSide.Of([other])))];
        return new()
        {
            Plain = TlsSide.Of(plain),
            Tls = TlsSide.Of(tls),
            Overhead = Median(sides.Select(side => 1 - (side.Tls.ChannelsPerSecond / side.Plain.ChannelsPerSecond))),
            ProcessorOverhead = Median(sides.Select(side => (side.Tls.CpuSecondsPerMillion / side.Plain.CpuSecondsPerMillion) - 1)),
        };
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return Math.Round((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, 4);
    }
}

/// <summary>What one side came to.</summary>
/// <param name="Channels">Channels of all its sweeps.</param>
/// <param name="ChannelsPerSecond">From the submission until every row was written, by the clock of this machine.</param>
/// <param name="Efficiency">Share of what the devices could have drawn if the coordinator took no time.</param>
/// <param name="CoordinatorCpuSeconds">Processor time of the coordinators.</param>
/// <param name="DevicesCpuSeconds">Processor time of the process of all devices.</param>
/// <param name="ExchangeP99">Of its slowest sweep, in milliseconds.</param>
/// <param name="Wrong">Rows that were lost or double.</param>
public sealed record TlsSide(int Channels, double ChannelsPerSecond, double Efficiency, double CoordinatorCpuSeconds, double DevicesCpuSeconds, double ExchangeP99, int Wrong)
{
    /// <summary>Of all processes, for a million channels.</summary>
    public double CpuSecondsPerMillion => Math.Round((CoordinatorCpuSeconds + DevicesCpuSeconds) * 1e6 / Channels, 1);

    internal static TlsSide Of(IReadOnlyList<SimulationReport> reports)
    {
        var channels = reports.Sum(report => report.Settings.Channels);
        return new(
            channels,
            Math.Round(channels / reports.Sum(report => report.Seconds / report.Settings.Compress), 1),
            Math.Round(reports.Sum(report => report.IdealSeconds) / reports.Sum(report => report.Seconds), 4),
            Math.Round(reports.Sum(report => report.CpuSeconds), 1),
            Math.Round(reports.Sum(report => report.DevicesCpuSeconds), 1),
            reports.Max(report => report.Calls["Exchange"].P99),
            reports.Sum(report => report.Manifest.Lost + report.Manifest.Duplicates));
    }
}
