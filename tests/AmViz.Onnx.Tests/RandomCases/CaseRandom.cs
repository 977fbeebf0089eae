using TorchSharp;
using static TorchSharp.torch;

namespace AmViz.Onnx.Tests.RandomCases;

/// <summary>Random numbers, shapes and tensors from a seed.</summary>
/// <param name="seed">The same numbers for the same seed.</param>
public sealed class CaseRandom(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>A whole number, both ends included.</summary>
    public int From(int least, int most) => _random.Next(least, most + 1);

    /// <summary>Either.</summary>
    public bool Maybe() => _random.Next(2) == 0;

    /// <summary>One of several.</summary>
    public T Of<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    /// <summary>Whole numbers, both ends included.</summary>
    public long[] Many(int count, int least, int most) => [.. Enumerable.Range(0, count).Select(_ => (long)From(least, most))];

    /// <summary>A shape of some axes.</summary>
    public long[] Shape(int leastAxes = 1, int mostAxes = 4, int longest = 5) => Many(From(leastAxes, mostAxes), 1, longest);

    /// <summary>A number of the normal distribution.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    /// <summary>A number between two others.</summary>
    public float Between(double least, double most) => (float)(least + ((most - least) * _random.NextDouble()));

    /// <summary>Numbers of the normal distribution, float32.</summary>
    public Tensor Normals(params long[] shape) => Filled(shape, () => (float)Normal());

    /// <summary>Numbers between two others, float32.</summary>
    public Tensor Uniforms(double least, double most, params long[] shape) => Filled(shape, () => Between(least, most));

    /// <summary>Whole numbers, int64, both ends included.</summary>
    public Tensor Integers(int least, int most, params long[] shape)
    {
        var numbers = new long[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = From(least, most);
        }

        return tensor(numbers, ScalarType.Int64).reshape(shape);
    }

    private static Tensor Filled(long[] shape, Func<float> next)
    {
        var numbers = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = next();
        }

        return tensor(numbers, ScalarType.Float32).reshape(shape);
    }
}
