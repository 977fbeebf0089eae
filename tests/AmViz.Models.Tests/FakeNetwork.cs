using TorchSharp;

namespace AmViz.Models.Tests;

/// <summary>A network whose layers are what a test says: logits and one convolution of a single position.</summary>
internal sealed class FakeNetwork(Func<torch.Tensor, string, float[]> values, int classes) : INetwork
{
    public NetworkDescription Description { get; } = new(
        "fake", "fake", "f00d", 32, [.. Enumerable.Range(0, classes).Select(i => $"label {i}")],
        new WeightsProvenance(Source: null, License: null, "none", new Dictionary<string, string>(StringComparer.Ordinal)),
        [new LayerShape("conv", LayerKind.Convolution, classes, LayerExtent.Reduced(32), IsDefaultTap: true), new LayerShape("logits", LayerKind.Logits, classes, _ => LayerExtent.One, IsDefaultTap: true)]);

    public torch.Device Device => torch.CPU;

    public torch.Tensor Forward(torch.Tensor images, string layer, torch.Tensor? redirected = null)
    {
        float[] row = values(images, layer);
        return torch.tensor(row, string.Equals(layer, "logits", StringComparison.Ordinal) ? [1, row.Length] : [1, row.Length, 1, 1]);
    }

    public torch.Tensor ForwardChannels(torch.Tensor images, string layer, torch.Tensor channels, torch.Tensor? redirected = null)
        => throw new NotSupportedException("Nobody who is tested with this network asks for single channels.");

    public long MultiplyAdds(string layer, int size)
        => throw new NotSupportedException("Nobody who is tested with this network counts its arithmetic.");

    public void Dispose()
    {
    }
}
