using System.Globalization;
using System.Text;

namespace AmViz.Benchmarks;

/// <summary>A report for people.</summary>
internal static class ReportText
{
    private const double Megabyte = 1e6;

    /// <summary>Of two sides.</summary>
    public static string Of(TlsComparison comparison)
    {
        return string.Create(CultureInfo.InvariantCulture, $"""
            plain TCP     {Side(comparison.Plain)}
            mutual TLS    {Side(comparison.Tls)}
            overhead      {comparison.Overhead:0.0%} fewer channels a second, {comparison.ProcessorOverhead:0.0%} more processor time
            """);

        static string Side(TlsSide side) => string.Create(
            CultureInfo.InvariantCulture,
            $"{side.Channels} channels, {side.ChannelsPerSecond:0} a second (efficiency {side.Efficiency:0.0%}); processor {side.CoordinatorCpuSeconds} s of coordinators, {side.DevicesCpuSeconds} s of devices; Exchange p99 {side.ExchangeP99} ms; {side.Wrong} rows lost or double");
    }

    /// <summary>Of one simulation.</summary>
    public static string Of(SimulationReport report)
    {
        var text = new StringBuilder();
        Line("sweep", $"{report.Settings.Channels} channels, {report.Batches} batches of {report.Settings.Batch}, {report.Settings.Devices} devices; {report.State}");
        Line("time", $"{report.Seconds} s simulated ({report.Seconds / report.Settings.Compress:0.0} s here), ideal {report.IdealSeconds} s: efficiency {report.Efficiency:0.0%}; manifest {report.FoldSeconds} s here");
        Line("faults", $"{report.Crashes} crashes, {report.Zombies} cut off; {report.BatchesDrawn} batches drawn, {report.PicturesDrawn} pictures");
        Line("manifest", $"{report.Manifest.Lost} lost, {report.Manifest.Duplicates} duplicate, {report.Manifest.NotRendered} without a picture; {report.Manifest.Bytes / Megabyte:0.0} MB");
        foreach (var (method, figures) in report.Calls.OrderByDescending(kind => kind.Value.Count))
        {
            Line(method, $"{figures.Count} calls ({(double)figures.Count / report.BatchesDrawn:0.000} a batch), p50 {figures.P50} ms, p99 {figures.P99} ms, longest {figures.Max} ms");
        }

        Line("", $"Exchange in the grain alone: p50 {report.Served.P50} ms, p99 {report.Served.P99} ms, longest {report.Served.Max} ms");
        Line("calls", $"{report.CallsPerBatch} a batch; Exchange {report.ExchangesPerBatch}, of all {report.FruitlessExchanges} fruitless");
        Line("memory", $"{report.HeapBytesHalfway / Megabyte:0.0} MB halfway, {report.HeapBytesAtEnd / Megabyte:0.0} MB at the end; process {report.WorkingSetBytes / Megabyte:0} MB, at most {report.PeakBytes / Megabyte:0} MB");
        Line("processor", $"{report.CpuSeconds} s of the coordinator, {report.CpuSecondsPer1000Leases} s for 1,000 leases; {report.DevicesCpuSeconds} s of all devices");
        Line("store", $"{report.StoreCallsPerChannelFirstTenth} calls a channel in the first tenth, {report.StoreCallsPerChannelLastTenth} near the end");
        Line("", $"devices {report.DeviceStore}");
        Line("", $"coordinator {report.CoordinatorStore}");
        return text.ToString().TrimEnd();

        void Line(string name, FormattableString value) => text.Append(name.PadRight(14)).AppendLine(value.ToString(CultureInfo.InvariantCulture));
    }
}
