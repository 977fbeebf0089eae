using TorchSharp;

namespace AmViz.Models;

/// <summary>Mean and variance of every channel of a layer over natural pictures, all positions counted.</summary>
/// <param name="Mean"><c>[C]</c>.</param>
/// <param name="Variance"><c>[C]</c>, 0 or more.</param>
public sealed record ChannelMoments(torch.Tensor Mean, torch.Tensor Variance);
