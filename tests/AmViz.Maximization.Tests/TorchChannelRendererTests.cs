using System.Text.Json;
using AmViz.Imaging;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Sweeps;
using AmViz.Weights;
using Microsoft.Extensions.Time.Testing;
using TorchSharp;

namespace AmViz.Maximization.Tests;

[Collection(TorchTests.Name)]
public sealed class TorchChannelRendererTests
{
    private static readonly RenderRecipe Small = Recipes.Paper with { Size = 32, Steps = 6 };

    [Fact]
    public async Task PictureCarriesItsOwnRecord()
    {
        using var renderer = new TorchChannelRenderer(new Tiny(), new RendererOptions { Device = "cpu" });

        var rendered = Assert.Single(await Render(renderer, Small, Task("logits", 4)));

        var (picture, text) = PngCodec.Decode(rendered.Picture.ToArray());
        Assert.Equal((32, 32), (picture.Width, picture.Height));
        var record = JsonSerializer.Deserialize<ChannelRecord>(text[ChannelRecord.TextKey], SweepJson.Compact)!;
        Assert.Equal(Task("logits", 4), record.Task);
        Assert.Equal("label 4", record.Label);
        Assert.Equal(Small.Hash, record.Recipe.Hash);
        Assert.Equal(ObjectiveKind.Logit, record.Objective.Kind);
        Assert.Equal(rendered.Record.Objective.Final, record.Objective.Final);
        Assert.Equal((1, 1), (record.ReproducibleWith.Threads, record.ReproducibleWith.BatchSize));
        Assert.StartsWith("cpu libtorch ", record.ReproducibleWith.Backend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FacetsAndTransparencyAreInThePicture()
    {
        using var renderer = new TorchChannelRenderer(new Tiny(), new RendererOptions { Device = "cpu" });

        var rendered = Assert.Single(await Render(renderer, Small with { Facets = new() { Count = 2 }, Transparency = true }, Task("conv_pw_5_bn", 4)));

        Assert.Equal(ChannelOutcome.Rendered, rendered.Outcome);
        var png = rendered.Picture.ToArray();
        var (picture, text) = PngCodec.Decode(png);
        Assert.Equal((64, 32), (picture.Width, picture.Height));
        Assert.Equal(6, png[25]);                                       // PNG, IHDR: colour type 6 is RGB with alpha
        Assert.Equal(2, JsonSerializer.Deserialize<ChannelRecord>(text[ChannelRecord.TextKey], SweepJson.Compact)!.Recipe.Facets!.Count);
    }

    [Fact]
    public async Task ResultsComeInTheOrderOfTheTasksAndAreTheSameFileInAFullAndAnUnfilledBatch()
    {
        using var renderer = new TorchChannelRenderer(new Tiny(), new RendererOptions { Device = "cpu", BatchSize = 3 });

        var full = await Render(renderer, Small, Task("conv_pw_5_bn", 2), Task("conv_pw_5_bn", 0), Task("conv_pw_5_bn", 1));
        var unfilled = await Render(renderer, Small, Task("conv_pw_5_bn", 0));

        Assert.Equal([2, 0, 1], full.Select(rendered => rendered.Record.Task.Channel));
        Assert.Equal(full[1].Picture.ToArray(), unfilled[0].Picture.ToArray());
    }

    [Fact]
    public async Task TwoRenderersAtOnceDrawWhatOneDrawsAlone()
    {
        using var first = new TorchChannelRenderer(new Tiny(), new RendererOptions { Device = "cpu" });
        using var second = new TorchChannelRenderer(new Tiny(), new RendererOptions { Device = "cpu" });
        var alone = await Render(first, Small, Task("conv_pw_5_bn", 0));

        var together = await System.Threading.Tasks.Task.WhenAll(
            Render(first, Small, Task("conv_pw_5_bn", 0)), Render(second, Small, Task("conv_pw_5_bn", 0)));

        Assert.All(together, rendered => Assert.Equal(alone[0].Picture.ToArray(), rendered[0].Picture.ToArray()));
    }

    [Fact]
    public async Task NetworkThatIsNotKnownIsTheDevicesFaultAndNoChannels()
    {
        using var renderer = new TorchChannelRenderer(new KnownNetworks([]), new RendererOptions { Device = "cpu" });

        var fault = await Assert.ThrowsAsync<DeviceFaultException>(() => Render(renderer, Small, Task("logits", 0), Task("logits", 1)));

        Assert.Equal(DeviceFaultScope.Network, fault.Scope);
        Assert.Contains("'tiny'", fault.Message, StringComparison.Ordinal);
    }

    public static TheoryData<Exception> LoadingFaults =>
    [
        new WeightsFormatException("model.safetensors: changed since it was opened."),
        new IOException("No space left on device"),
        new UnauthorizedAccessException("the cache"),
        new System.ComponentModel.Win32Exception(12, "[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory"),
        new System.ComponentModel.Win32Exception(2, "the probe cannot be started"),
        new DllNotFoundException("LibTorchSharp"),
        new InvalidOperationException("nobody foresaw this"),
    ];

    [Theory]
    [MemberData(nameof(LoadingFaults), DisableDiscoveryEnumeration = true)]
    public async Task WhateverGoesWrongWhileANetworkIsLoadedIsTheDevicesFaultUntilItIsMended(Exception cause)
    {
        var source = new Mendable(cause);
        using var renderer = new TorchChannelRenderer(source, new RendererOptions { Device = "cpu" });

        var fault = await Assert.ThrowsAsync<DeviceFaultException>(() => Render(renderer, Small, Task("logits", 0)));

        Assert.Equal(DeviceFaultScope.Network, fault.Scope);
        Assert.Same(cause, fault.InnerException);
        Assert.Contains(cause.Message.TrimEnd('.'), fault.Message, StringComparison.Ordinal);
        source.Fault = null;
        Assert.Equal(ChannelOutcome.Rendered, Assert.Single(await Render(renderer, Small, Task("logits", 0))).Outcome);
    }

    [Fact]
    public async Task LayerThatTheNetworkOfThisDeviceDoesNotHaveIsTheDevicesFault()
    {
        using var renderer = new TorchChannelRenderer(new Tiny(), new RendererOptions { Device = "cpu" });

        var fault = await Assert.ThrowsAsync<DeviceFaultException>(() => Render(renderer, Small, Task("conv_of_another_version", 0)));

        Assert.Equal(DeviceFaultScope.Layer, fault.Scope);
        Assert.Contains("conv_of_another_version", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondsOfAPictureAreThoseOfDrawingAndNotOfLoadingTheNetwork()
    {
        var clock = new FakeTimeProvider();
        using var renderer = new TorchChannelRenderer(new Slow(clock, TimeSpan.FromMinutes(10)), new RendererOptions { Device = "cpu", BatchSize = 2 }) { Clock = clock };
        var steps = new Advancing(clock, TimeSpan.FromSeconds(30));
        var batch = new ChannelBatch(Small, [Task("conv_pw_5_bn", 0), Task("conv_pw_5_bn", 1)], renderer.BatchSize);

        var first = await renderer.RenderAsync(batch, steps, checkpoints: null, TestContext.Current.CancellationToken);

        // The time of a batch, shared by its pictures.
        Assert.True(steps.Reports > 0);
        Assert.All(first, rendered => Assert.Equal(steps.Reports * 30 / 2.0, rendered.Seconds));
    }

    [Fact]
    public async Task CancelledBatchGivesNothing()
    {
        using var renderer = new TorchChannelRenderer(new Tiny(), new RendererOptions { Device = "cpu" });
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => renderer.RenderAsync(new ChannelBatch(Small, [Task("logits", 0)], 1), progress: null, checkpoints: null, cancelled.Token));
    }

    [Theory]
    [InlineData("gpu", "not a device")]
    [InlineData("cuda:7", "no device 'cuda:7'")]
    public void DeviceThatIsNotThereIsAnErrorThatSaysWhatIs(string device, string expected)
    {
        var error = Assert.Throws<ChannelRenderException>(() => Devices.Find(device));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static ChannelTask Task(string layer, int channel) => new("tiny", "d1ce", layer, channel, 0);

    private static Task<IReadOnlyList<RenderedChannel>> Render(TorchChannelRenderer renderer, RenderRecipe recipe, params ChannelTask[] tasks)
        => renderer.RenderAsync(new ChannelBatch(recipe, tasks, renderer.BatchSize), progress: null, checkpoints: null, TestContext.Current.CancellationToken);

    private sealed class Slow(FakeTimeProvider clock, TimeSpan duration) : INetworkSource
    {
        public INetwork Load(string model, string weightsDigest, torch.Device device)
        {
            clock.Advance(duration);
            return TinyWeights.Separate().Load();
        }
    }

    private sealed class Advancing(FakeTimeProvider clock, TimeSpan step) : IProgress<BatchProgress>
    {
        public int Reports { get; private set; }

        public void Report(BatchProgress value)
        {
            Reports++;
            clock.Advance(step);
        }
    }

    private sealed class Mendable(Exception fault) : INetworkSource
    {
        public Exception? Fault { get; set; } = fault;

        public INetwork Load(string model, string weightsDigest, torch.Device device) => Fault is null ? TinyWeights.Separate().Load() : throw Fault;
    }

    private sealed class Tiny : INetworkSource
    {
        public INetwork Load(string model, string weightsDigest, torch.Device device) => TinyWeights.Separate().Load();
    }
}
