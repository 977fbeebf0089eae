namespace AmViz.Responses;

/// <summary>The tables of a layer, read out of its statistics.</summary>
/// <param name="pass">All shards.</param>
/// <param name="index">Which layer of the plan.</param>
public sealed class LayerReport(PassStatistics pass, int index)
{
    /// <summary>The quantiles that are told, as shares.</summary>
    public static readonly IReadOnlyList<double> QuantileShares = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1];

    private const int Tenths = 10;

    private readonly LayerStatistics _layer = pass.Layers[index];
    private readonly IReadOnlyList<SampledPhotograph> _sample = [.. pass.Layers[index].Sample];

    /// <summary>Which layer.</summary>
    public RespondingLayer Layer => pass.Plan.Layers[index];

    /// <summary>One row a channel.</summary>
    public IEnumerable<ChannelRow> Channels() => Enumerable.Range(0, Layer.Channels).Select(Channel);

    /// <summary>Photographs that are shown: for each channel the top, then the bottom, then those at quantiles.</summary>
    public IEnumerable<ExampleRow> Examples() => Enumerable.Range(0, Layer.Channels).SelectMany(Examples);

    /// <summary>For each channel every label that can be told apart, in the order of the labels.</summary>
    public IEnumerable<LabelRow> Labels() => Enumerable.Range(0, Layer.Channels).SelectMany(Labels);

    /// <summary>For each channel its partners.</summary>
    public IEnumerable<CoactivationRow> Coactivations()
    {
        var coactivation = new Coactivation(_sample, Layer.Channels);
        return Enumerable.Range(0, Layer.Channels).SelectMany(channel => coactivation.PartnersOf(channel)
            .Select((pair, i) => new CoactivationRow(channel, i + 1, pair.Channel, pair.Shared, pair.Hits, pair.PartnerHits)));
    }

    /// <summary>One row a sampled photograph, by number.</summary>
    public IEnumerable<SampleRow> Sample() => _sample.Select(photograph => new SampleRow(photograph.Number, photograph.Digest, photograph.Responses));

    private ChannelRow Channel(int channel)
    {
        var statistics = _layer.Channels[channel];
        var (moments, best) = (statistics.Moments, Labels(channel).OrderByDescending(label => label.Area).ThenBy(label => label.Label, StringComparer.Ordinal).FirstOrDefault());
        return new(
            channel, channel < Layer.Labels.Count ? Layer.Labels[channel] : null, moments.Count, statistics.NotFinite,
            moments.Mean, moments.Deviation, statistics.MapMeans.Mean, moments.Count == 0 ? null : (double)statistics.Zeros / moments.Count,
            [.. QuantileShares.Select(statistics.Sketch.Quantile)], statistics.Sketch.RelativeError, best?.Label, best?.Area, best?.Error);
    }

    private IEnumerable<ExampleRow> Examples(int channel)
    {
        var statistics = _layer.Channels[channel];
        return
        [
            .. statistics.Top.Examples.Select((example, i) => Row(channel, ExampleKind.Top, i + 1, example)),
            .. statistics.Bottom.Examples.Select((example, i) => Row(channel, ExampleKind.Bottom, i + 1, example)),
            .. Quantiles(channel),
        ];
    }

    private IEnumerable<ExampleRow> Quantiles(int channel)
    {
        var ranked = SampleRanks.Of(_sample, channel);
        for (var tenth = 1; tenth < Tenths && ranked.Count > 0; tenth++)
        {
            var at = ranked[(int)Math.Round((ranked.Count - 1) * tenth / (double)Tenths, MidpointRounding.ToEven)];
            var photograph = _sample[at];
            yield return new(channel, ExampleKind.Quantile, tenth, photograph.Number, photograph.Digest, photograph.Responses[channel], photograph.Positions[channel]);
        }
    }

    private IEnumerable<LabelRow> Labels(int channel)
    {
        var statistics = _layer.Channels[channel];
        for (var label = 0; label < statistics.Labels.Count; label++)
        {
            if (statistics.Labels[label] is { } sketch && LabelArea.Of(statistics.Sketch, sketch) is { } area)
            {
                yield return new(channel, pass.Plan.Photographs.Labels[label], area.Positives, area.Area, area.Error);
            }
        }
    }

    private static ExampleRow Row(int channel, ExampleKind kind, int rank, Example example)
        => new(channel, kind, rank, example.Number, example.Digest, example.Response, example.Position);
}
