using AmViz.Cli.Options;
using AmViz.Imaging;
using AmViz.Models;

namespace AmViz.Cli.Engine;

/// <summary>The parts that run tensors: the seam at which the tests of the command line put a fake, since torch weighs half a gigabyte.</summary>
internal interface IEngine
{
    /// <summary>Names what is on a picture.</summary>
    /// <param name="source">The network.</param>
    /// <param name="picture">Of any size; its shorter side is brought to the network's input size and the centre taken.</param>
    /// <param name="count">How many classes.</param>
    /// <param name="device">What to compute on.</param>
    IReadOnlyList<ClassScore> Classify(NetworkSource source, Picture picture, int count, DeviceChoice device);

    /// <summary>Compares a network with what another implementation computed.</summary>
    /// <param name="source">The network.</param>
    /// <param name="reference">What the other computed.</param>
    /// <param name="photosFolder">Folder of the pictures it was computed on.</param>
    /// <param name="device">What to compute on.</param>
    ReferenceReport Verify(NetworkSource source, ReferenceCheck reference, string photosFolder, DeviceChoice device);
}
