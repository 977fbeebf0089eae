using AmViz.Atlas.Output;
using AmViz.Atlas.Tests;
using AmViz.Atlas.Tests.Neighbours;
using AmViz.Atlas.Tests.Photographs;
using AmViz.Atlas.Tests.Scores;
using AmViz.Responses;
using AmViz.Sweeps;
using static AmViz.Atlas.Tests.SampleSweep;

[assembly: AssemblyFixture(typeof(BrowsedAtlas))]

namespace AmViz.Atlas.Tests;

/// <summary>One atlas for all tests that only look: 120 channels with photographs, four of them without a picture, two with scores, one with neighbours, a layer with a nasty name, classes.</summary>
public sealed class BrowsedAtlas : IAsyncLifetime
{
    public const string Nasty = "<script>alert(1)</script>&\"'/%2F\u2028";

    private SampleSweep? _sample;

    public string Home => Path.Combine(Sample.AtlasFolder, "index.html");

    public string Model => Path.Combine(Sample.AtlasFolder, AtlasPaths.Model(Sample.Plan.Id, "net"));

    public string Conv => At("conv");

    private SampleSweep Sample => _sample ?? throw new InvalidOperationException("Not built yet.");

    public string At(string layer) => Path.Combine(Sample.AtlasFolder, AtlasPaths.Layer(Sample.Plan.Id, "net", layer));

    public async ValueTask InitializeAsync()
    {
        _sample = await CreateAsync(Layer("net", "conv", 120), Layer("net", Nasty, 3), Layer("net", "logits", 12, isLogits: true));
        _sample.Replace("conv", 3, ChannelOutcome.Dead, null);
        _sample.Replace("conv", 5, ChannelOutcome.NotFinite, null);
        _sample.Replace("conv", 8, ChannelOutcome.Failed, "The device ran out of <memory>.");
        _sample.Entries.RemoveAll(entry => entry.Layer == "conv" && entry.Channel == 119);
        var pass = await SamplePass.WriteAsync(_sample.Store, "conv", 120);
        await SampleScores.WriteAsync(_sample, pass, "conv", "scores", SampleScores.Row(_sample, "conv", 12, 0.5) with { Randomization = new(0.25, 0.125, 0.125, 1) }, SampleScores.Row(_sample, "conv", 13, 0.99));
        await SampleSearch.WriteAsync(_sample.Store, "search", NeighbourBasis.Responses, 120, ("conv", 12, "conv", 40, 1, 0.75f), ("conv", 12, "elsewhere", 3, 2, 0.5f));
        await _sample.BuildAsync();
    }

    public ValueTask DisposeAsync()
    {
        _sample?.Dispose();
        return ValueTask.CompletedTask;
    }
}
