using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Imaging;
using AmViz.Models;

namespace AmViz.Cli.Tests;

/// <summary>Answers at once and keeps what it was asked.</summary>
internal sealed class FakeEngine : IEngine
{
    public DeviceChoice? Device { get; private set; }

    public ReferenceReport Report { get; init; } = new(Passed: true, 1.5e-5, [new("conv1_relu", 2e-6)], 3, 3);

    public IReadOnlyList<ClassScore> Classify(NetworkSource source, Picture picture, int count, DeviceChoice device)
    {
        Device = device;
        return [.. source.Description.Labels.Take(count).Select((label, index) => new ClassScore(index, label, 4 - index, 0.5 / (index + 1)))];
    }

    public ReferenceReport Verify(NetworkSource source, ReferenceCheck reference, string photosFolder, DeviceChoice device) => Report;
}
