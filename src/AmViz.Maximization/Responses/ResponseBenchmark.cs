using AmViz.Imaging;
using AmViz.Responses;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>What the responses to photographs cost beside the network alone.</summary>
/// <param name="Model">Network.</param>
/// <param name="Layers">Layers whose responses were wanted.</param>
/// <param name="Channels">Channels of all of them.</param>
/// <param name="Device">Device.</param>
/// <param name="Threads">Threads inside one operation.</param>
/// <param name="Batch">Photographs at once.</param>
/// <param name="Photographs">Photographs of a round.</param>
/// <param name="PlainMilliseconds">Processor time of the network alone, a photograph: one run to the last of the layers. Median of rounds.</param>
/// <param name="PassMilliseconds">The same from pictures in memory to finished statistics.</param>
/// <param name="Ratio">The first over the second: photographs a second against the plain run.</param>
public sealed record ResponseBenchmarkResult(
    string Model, int Layers, int Channels, string Device, int Threads, int Batch, int Photographs, double PlainMilliseconds, double PassMilliseconds, double Ratio);

/// <summary>Measures responses as <see cref="TorchResponder"/> and <see cref="ShardBuilder"/> make them; reading and decoding of files is not part of it.</summary>
public static class ResponseBenchmark
{
    private const int Photographs = ResponsePlan.DefaultShardSize;
    private const int PhotographsOfPass = 20_000;                  // which is what makes a sample of some of them
    private const int Rounds = 5;
    private const int Labels = 34;

    /// <summary>Takes turns between the network alone and the whole.</summary>
    /// <param name="source">Network.</param>
    /// <param name="layers">Resolved names, in the order of computation.</param>
    /// <param name="options">Device, threads and batch (null: <see cref="ResponsePlan.DefaultBatch"/>).</param>
    /// <param name="cancellationToken">Honoured between two batches.</param>
    public static ResponseBenchmarkResult Run(NetworkSource source, IReadOnlyList<string> layers, RendererOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(options);
        var device = Devices.Find(options.Device);
        TorchRuntime.Initialize(options.Threads);
        TorchRuntime.PrepareThread();
        var (description, batch) = (source.Description, options.BatchSize ?? ResponsePlan.DefaultBatch);
        var plan = Plan(description, layers, batch);
        using var scope = NewDisposeScope();
        using var network = source.Load(device);
        var pictures = Pictures(description, batch);
        var images = NetworkInput.ToImages(pictures, description, device);
        var sample = ResponseSample.Of(PhotographsOfPass).ToHashSet();
        var (plain, pass) = (new List<double>(), new List<double>());
        for (var round = -1; round < Rounds; round++)
        {
            var alone = Measure(() => Each(batch, _ => network.Forward(images, layers[^1]).Dispose(), cancellationToken));
            var whole = Measure(() => Respond(network, plan, pictures, sample, cancellationToken));
            if (round >= 0)                                                                     // the first one compiles
            {
                plain.Add(alone);
                pass.Add(whole);
            }
        }

        var (one, other) = (plain.Order().ElementAt(Rounds / 2), pass.Order().ElementAt(Rounds / 2));
        return new(description.Name, layers.Count, plan.Layers.Sum(layer => layer.Channels), device.ToString(), options.Threads, batch, Photographs, one, other, one / other);
    }

    private static ResponsePlan Plan(NetworkDescription description, IReadOnlyList<string> layers, int batch) => new(
        description.Name, description.WeightsDigest, description.InputSize,
        [.. layers.Select(name => description.FindLayer(name, description.InputSize)).Select(layer => new RespondingLayer(layer.Name, layer.ChannelCount, layer.Height, layer.Width, layer.PrefixTokens, layer.Kind == LayerKind.Tokens, []))],
        new(PhotographKind.Textures, PhotographsOfPass, [.. Enumerable.Range(0, Labels).Select(label => $"{label}")], ""), Photographs, batch);

    private static Picture[] Pictures(NetworkDescription description, int count)
    {
        var panels = new ChannelPanels(description.InputChannels);
        var (random, side) = (new Random(1), description.InputSize);
        return [.. Enumerable.Range(0, count).Select(_ => panels.ToPicture([.. Enumerable.Range(0, panels.ChannelCount * side * side).Select(_ => random.NextSingle())], side, side))];
    }

    private static void Respond(INetwork network, ResponsePlan plan, Picture[] pictures, IReadOnlySet<long> sample, CancellationToken cancellationToken)
    {
        var builder = new ShardBuilder(plan, plan.Shard(0), "", sample);
        string[] layers = [.. plan.Layers.Select(layer => layer.Name)];
        Each(pictures.Length, first =>
        {
            var count = Math.Min(pictures.Length, Photographs - first);
            Photograph[] photographs = [.. Enumerable.Range(first, count).Select(number => new Photograph(number, ContentDigest.Of(BitConverter.GetBytes(number)), "", number % Labels, 1, 1))];
            builder.Add(photographs, TorchResponder.Respond(network, pictures, layers, count));
        }, cancellationToken);
        ShardFile.Write(builder.Finish());
    }

    private static void Each(int batch, Action<int> work, CancellationToken cancellationToken)
    {
        using var frozen = no_grad();
        for (var first = 0; first < Photographs; first += batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            work(first);
        }
    }

    /// <summary>Processor time a photograph, in milliseconds: what to compare on a busy machine.</summary>
    private static double Measure(Action work)
    {
        var before = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / Photographs;
    }
}
