using TorchSharp;

namespace AmViz.Models;

/// <summary>Reads weights that a network can compute with.</summary>
internal static class Finite
{
    /// <summary>A tensor as float32.</summary>
    /// <exception cref="WeightsFormatException">It cannot be read, or holds NaN or infinity.</exception>
    public static torch.Tensor Read(SafetensorsFile file, string name)
    {
        torch.Tensor tensor = file.ReadTensor(name);
        return tensor.isfinite().all().item<bool>()
            ? tensor
            : throw new WeightsFormatException($"Tensor '{name}' holds NaN or infinity. The file is damaged; get it again from its source.");
    }
}
