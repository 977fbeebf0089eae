namespace AmViz.Onnx;

/// <summary>A node at known shapes, as the rules of <see cref="BatchRules"/> see it.</summary>
/// <param name="node">The node.</param>
/// <param name="pictures">Pictures of the batch.</param>
/// <param name="shapes">Shape of each input; null: left out.</param>
/// <param name="axes">Where the pictures are in each input; null: unknown, or none.</param>
/// <param name="hasPixels">Which inputs depend on pixels.</param>
/// <param name="numbers">Reads an input of whole numbers; null: it has others, or depends on pixels.</param>
/// <param name="outputShape">Shape of the first output.</param>
/// <param name="turned">How the axes of the first output are turned by its only reader; null: they are not.</param>
internal sealed class BatchNode(OnnxNode node, long pictures, IReadOnlyList<long[]?> shapes, IReadOnlyList<BatchAxis?> axes, IReadOnlyList<bool> hasPixels, Func<int, long[]?> numbers, long[] outputShape, long[]? turned)
{
    public string Operator => node.Operator;

    public int Version => node.Version;

    public long Pictures => pictures;

    public int InputCount => shapes.Count;

    public long[] OutputShape => outputShape;

    public long[]? Turned => turned;

    /// <summary>Places of inputs that depend on pixels.</summary>
    public IEnumerable<int> WithPixels => Enumerable.Range(0, shapes.Count).Where(i => hasPixels[i]);

    /// <summary>Places of inputs that do not.</summary>
    public IEnumerable<int> Others => Enumerable.Range(0, shapes.Count).Where(i => shapes[i] is not null && !hasPixels[i]);

    public bool HasInput(int index) => index < shapes.Count && shapes[index] is not null;

    public long[] Shape(int index) => shapes[index]!;

    public int Rank(int index) => shapes[index]!.Length;

    public BatchAxis? AxisOf(int index) => axes[index];

    /// <summary>Where the pictures are in an input that is the only one to depend on pixels; null: unknown, or others do as well.</summary>
    public BatchAxis? Only(int index) => WithPixels.All(i => i == index) && index < axes.Count ? axes[index] : null;

    public long[]? Numbers(int index) => HasInput(index) && !hasPixels[index] ? numbers(index) : null;

    public long Integer(string attribute, long preset) => node.Attributes.Integer(attribute, preset);

    public long[]? Integers(string attribute) => node.Attributes.Has(attribute) ? node.Attributes.Integers(attribute) : null;

    /// <summary>An attribute that is an axis of the first input, counted from 0.</summary>
    public int Axis(string attribute, long preset)
    {
        var axis = node.Attributes.Integer(attribute, preset);
        return (int)(axis < 0 ? axis + Rank(0) : axis);
    }

    /// <summary>Whether an input may be stretched over the rows of a matrix.</summary>
    public bool HasLeadingOne(int index) => !HasInput(index) || Rank(index) < 2 || Shape(index)[0] == 1;
}
