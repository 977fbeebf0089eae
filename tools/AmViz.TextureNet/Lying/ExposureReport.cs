using System.Globalization;
using AmViz.Responses;

namespace AmViz.TextureNet.Lying;

/// <summary>How well trust tells lying channels from honest ones, in lines for people.</summary>
internal static class ExposureReport
{
    /// <summary>A line a layer for each kind of lie, for all of them together, and for false alarms.</summary>
    public static IEnumerable<string> Lines(IEnumerable<ScoredChannel> channels)
    {
        foreach (var layer in channels.GroupBy(channel => channel.Layer, StringComparer.Ordinal).OrderBy(layer => layer.Key, StringComparer.Ordinal))
        {
            double[] honest = Trust(layer.Where(channel => channel.Lie is null));
            foreach (var kind in layer.Where(channel => channel.Lie is not null).GroupBy(channel => channel.Lie!, StringComparer.Ordinal))
                yield return Line(layer.Key, kind.Key, Trust(kind), honest);
            if (layer.Any(channel => channel.Lie is not null))
                yield return Line(layer.Key, "all lies", Trust(layer.Where(channel => channel.Lie is not null)), honest);
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{layer.Key}  honest: {honest.Length} channels, {honest.Count(trust => trust < PictureTrust.Threshold)} false alarms, {layer.Count(channel => channel.Trust is null)} without trust");
        }
    }

    /// <summary>Area under the ROC curve: the chance that an honest channel is trusted more than a lying one; ties count half.</summary>
    public static double Area(IReadOnlyCollection<double> lying, IReadOnlyCollection<double> honest)
        => honest.SelectMany(_ => lying, (one, other) => one > other ? 1 : one < other ? 0 : 0.5).DefaultIfEmpty(double.NaN).Average();

    private static string Line(string layer, string kind, double[] lying, double[] honest) => string.Create(CultureInfo.InvariantCulture,
        $"{layer}  {kind}: {lying.Length} channels, AUROC {Area(lying, honest):F3}, {lying.Count(trust => trust < PictureTrust.Threshold)} found below {PictureTrust.Threshold}, median trust {Median(lying):F3}");

    private static double[] Trust(IEnumerable<ScoredChannel> channels) => [.. channels.Select(channel => channel.Trust).OfType<double>()];

    private static double Median(double[] values) => values.Length == 0 ? double.NaN : values.Order().ElementAt((values.Length - 1) / 2);
}
