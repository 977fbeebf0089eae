using System.Text;
using AmViz.Weights;
using TorchSharp;

namespace AmViz.Models.Tests.Goldens;

/// <summary>A weights file that is a formula: the same numbers as golden.py makes, see there.</summary>
internal sealed class FormulaTensors(IEnumerable<(string Name, long[] Shape)> tensors) : ITensorFile
{
    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; } =
        tensors.ToDictionary(tensor => tensor.Name, tensor => new TensorEntry(tensor.Name, "F32", tensor.Shape), StringComparer.Ordinal);

    /// <summary>A picture of golden.py, <c>[1, 3, size, size]</c> in [0, 1].</summary>
    public static torch.Tensor Picture(int size) =>
        torch.tensor(Filled("picture", 3 * size * size, 0.5, 0.5), [1, 3, size, size]);

    public torch.Tensor Read(string tensor)
    {
        long[] shape = [.. Tensors[tensor].Shape];
        double fanIn = shape.Skip(1).Aggregate(1.0, (product, length) => product * length);
        (double centre, double amplitude) = tensor switch
        {
            _ when tensor.EndsWith("running_var", StringComparison.Ordinal) => (1, 0.5),
            "cls_token" or "pos_embed" => (0, 0.5),
            _ when shape.Length >= 2 => (0, Math.Sqrt(6 / fanIn)),
            _ when tensor.EndsWith(".weight", StringComparison.Ordinal) => (1, 0.25),
            _ => (0, 0.2),
        };
        return torch.tensor(Filled(tensor, (int)Tensors[tensor].ElementCount, centre, amplitude), shape);
    }

    public string ComputeDigest() => new('0', 64);

    public void Dispose()
    {
    }

    private static float[] Filled(string name, int count, double centre, double amplitude)
    {
        uint seed = 0x811C9DC5;
        foreach (byte letter in Encoding.ASCII.GetBytes(name))
        {
            seed = (seed ^ letter) * 0x01000193;
        }

        float[] values = new float[count];
        for (int place = 0; place < count; place++)
        {
            values[place] = (float)(centre + amplitude * (Mixed((uint)place * 0x9E3779B1 + seed) / 2147483648.0 - 1));
        }

        return values;
    }

    private static uint Mixed(uint h)
    {
        h = (h ^ (h >> 16)) * 0x85EBCA6B;
        h = (h ^ (h >> 13)) * 0xC2B2AE35;
        return h ^ (h >> 16);
    }
}
