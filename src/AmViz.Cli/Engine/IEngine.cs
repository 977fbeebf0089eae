using AmViz.Cli.Options;
using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;

namespace AmViz.Cli.Engine;

/// <summary>The parts that run tensors: the seam at which the tests of the command line put a fake, since torch weighs half a gigabyte.</summary>
internal interface IEngine
{
    /// <summary>Names what is on pictures.</summary>
    /// <param name="source">The network.</param>
    /// <param name="pictures">As <see cref="NetworkInput.Read(string, NetworkDescription)"/> returns them.</param>
    /// <param name="count">How many classes.</param>
    /// <param name="device">What to compute on.</param>
    IReadOnlyList<IReadOnlyList<ClassScore>> Classify(NetworkSource source, IReadOnlyList<Picture> pictures, int count, DeviceChoice device);

    /// <summary>Compares a network with what another implementation computed.</summary>
    /// <param name="source">The network.</param>
    /// <param name="reference">What the other computed.</param>
    /// <param name="photosFolder">Folder of the pictures it was computed on.</param>
    /// <param name="device">What to compute on.</param>
    ReferenceReport Verify(NetworkSource source, ReferenceCheck reference, string photosFolder, DeviceChoice device);

    /// <summary>Takes a device into use.</summary>
    /// <param name="networks">Where the renderers find their networks.</param>
    /// <param name="photographs">Where they find photographs that recipes name.</param>
    /// <param name="device">What to compute on.</param>
    /// <param name="tasks">Pictures to draw: there are never more renderers than that.</param>
    /// <returns>At least one; the caller disposes of them.</returns>
    /// <exception cref="CommandLine.UsageException">There is no such device.</exception>
    IReadOnlyList<IChannelRenderer> CreateRenderers(INetworkSource networks, IReferencePhotographs photographs, DeviceChoice device, int tasks);

    /// <summary>Takes a device into use for attacks on a network.</summary>
    /// <param name="source">The network.</param>
    /// <param name="device">What to compute on.</param>
    /// <param name="pairs">Pictures to perturb: there are never more attackers than that.</param>
    /// <returns>At least one; the caller disposes of them.</returns>
    /// <exception cref="CommandLine.UsageException">There is no such device.</exception>
    IReadOnlyList<IAttacker> CreateAttackers(NetworkSource source, DeviceChoice device, int pairs);

    /// <summary>Takes a device into use for showing photographs to a network.</summary>
    /// <param name="source">The network.</param>
    /// <param name="device">What to compute on.</param>
    /// <param name="shards">Work to do: there are never more responders than that.</param>
    /// <returns>At least one; the caller disposes of them.</returns>
    /// <exception cref="CommandLine.UsageException">There is no such device.</exception>
    IReadOnlyList<IResponder> CreateResponders(NetworkSource source, DeviceChoice device, int shards);

    /// <summary>Reads the weights that go into the channels of layers.</summary>
    /// <param name="source">The network.</param>
    /// <param name="layers">Names of some of <see cref="ChannelWeights.Layers"/>.</param>
    /// <returns>For each layer a row of weights for each channel.</returns>
    IReadOnlyList<IReadOnlyList<float[]>> ReadWeights(NetworkSource source, IReadOnlyList<string> layers);

    /// <summary>Measures how fast a device draws.</summary>
    /// <param name="source">The network.</param>
    /// <param name="layer">Resolved layer name.</param>
    /// <param name="recipe">How to draw, with its size settled.</param>
    /// <param name="device">What to compute on.</param>
    /// <param name="cancellationToken">Gives up between two steps.</param>
    BenchmarkResult Measure(NetworkSource source, string layer, RenderRecipe recipe, DeviceChoice device, CancellationToken cancellationToken);

    /// <summary>Measures how fast a network is shown photographs.</summary>
    /// <param name="source">The network.</param>
    /// <param name="layers">Resolved layer names, in the order of computation.</param>
    /// <param name="device">What to compute on.</param>
    /// <param name="cancellationToken">Gives up between two batches.</param>
    ResponseBenchmarkResult MeasureResponses(NetworkSource source, IReadOnlyList<string> layers, DeviceChoice device, CancellationToken cancellationToken);
}
