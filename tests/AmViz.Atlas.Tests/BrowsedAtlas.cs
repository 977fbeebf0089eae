using AmViz.Atlas.Output;
using AmViz.Atlas.Tests;
using AmViz.Atlas.Tests.Photographs;
using AmViz.Sweeps;
using static AmViz.Atlas.Tests.SampleSweep;

[assembly: AssemblyFixture(typeof(BrowsedAtlas))]

namespace AmViz.Atlas.Tests;

/// <summary>One atlas for all tests that only look: 120 channels with photographs, four of them without a picture, a layer with a nasty name, classes.</summary>
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
        await SamplePass.WriteAsync(_sample.Store, "conv", 120);
        await _sample.BuildAsync();
    }

    public ValueTask DisposeAsync()
    {
        _sample?.Dispose();
        return ValueTask.CompletedTask;
    }
}
