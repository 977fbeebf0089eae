using AmViz.Weights;
using TorchSharp;

namespace AmViz.Onnx;

/// <summary>The attributes of a node, by name and kind.</summary>
/// <remarks>An attribute of another kind than asked for is an error; one that is not there has the value that the operator's definition gives it.</remarks>
/// <param name="values">Each a <see cref="long"/>, a <see cref="double"/>, a <see cref="string"/>, an array of one of them, or a <see cref="torch.Tensor"/>.</param>
internal sealed class OnnxAttributes(IReadOnlyDictionary<string, object> values)
{
    /// <summary>No attribute at all.</summary>
    public static OnnxAttributes None { get; } = new(new Dictionary<string, object>(StringComparer.Ordinal));

    /// <summary>Names of those that are there.</summary>
    public IEnumerable<string> Names => values.Keys;

    /// <summary>Whether it is there.</summary>
    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>A whole number.</summary>
    public long Integer(string name, long preset) => Find<long>(name) ?? preset;

    /// <summary>A flag, which ONNX writes as a number.</summary>
    public bool Flag(string name, bool preset = false) => Integer(name, preset ? 1 : 0) != 0;

    /// <summary>A number.</summary>
    public double Number(string name, double preset) => Find<double>(name) ?? preset;

    /// <summary>A text.</summary>
    public string Text(string name, string preset) => FindObject<string>(name) ?? preset;

    /// <summary>Whole numbers; null: there are none.</summary>
    public long[]? Integers(string name) => FindObject<long[]>(name);

    /// <summary>Numbers; null: there are none.</summary>
    public double[]? Numbers(string name) => FindObject<double[]>(name);

    /// <summary>A tensor, which belongs to the model; null: there is none.</summary>
    public torch.Tensor? Tensor(string name) => FindObject<torch.Tensor>(name);

    /// <summary>Those of other names.</summary>
    public OnnxAttributes Without(params string[] names) => new(values.Where(value => !names.Contains(value.Key, StringComparer.Ordinal)).ToDictionary(value => value.Key, value => value.Value, StringComparer.Ordinal));

    /// <summary>Frees the tensors.</summary>
    public void DisposeTensors()
    {
        foreach (var tensor in values.Values.OfType<torch.Tensor>())
        {
            tensor.Dispose();
        }
    }

    private T? Find<T>(string name)
        where T : struct
        => !values.TryGetValue(name, out var value) ? null : value is T found ? found : throw WrongKind<T>(name, value);

    private T? FindObject<T>(string name)
        where T : class
        => !values.TryGetValue(name, out var value) ? null : value as T ?? throw WrongKind<T>(name, value);

    private static WeightsFormatException WrongKind<T>(string name, object value)
        => new($"The attribute '{ErrorText.Shorten(name)}' is of kind {value.GetType().Name}; expected {typeof(T).Name}. Export the network again.");
}
