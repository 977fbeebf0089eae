using System.Globalization;
namespace AmViz.Weights;

/// <summary>A layer of a Keras 3 file.</summary>
/// <param name="Container">Path of the list of layers that it stands in, e.g. <c>layers</c> or <c>layers/functional/layers</c>.</param>
/// <param name="Group">What it is called there: its class and a number, e.g. <c>conv2d_3</c>.</param>
/// <param name="Name">Its true name; null where the file does not tell.</param>
/// <param name="Variables">What its variables are called: 0, 1, 2 ...; none for a layer without weights.</param>
internal sealed record Keras3Layer(string Container, string Group, string? Name, IReadOnlyList<string> Variables)
{
    /// <summary>Keras's words for the variables, in their order; null for those of the class.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>Where it stands in the file.</summary>
    public string Path => Container.Length == 0 ? Group : $"{Container}/{Group}";

    /// <summary>Its class in snake case, e.g. <c>conv2d</c>.</summary>
    public string Class => NumberPlace is { } place ? Group[..place] : Group;

    /// <summary>The how-manieth of its class it is among its neighbours; numbers may be skipped.</summary>
    public int Number => NumberPlace is { } place ? int.Parse(Group.AsSpan(place + 1), NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    /// <summary>What a tensor is called in other Keras files, <c>conv1/kernel</c>, where the layer's name is known.</summary>
    public string NameOf(int variable)
    {
        var key = Variables[variable];
        return Name is null ? $"{Path}/vars/{key}" : $"{Name}/{(Words ?? Keras3Class.Words(Class, Variables.Count)).ElementAtOrDefault(variable) ?? key}";
    }

    // Six digits are more layers than a file may have, and fit into an int.
    private int? NumberPlace => Group.LastIndexOf('_') is > 0 and var place && place < Group.Length - 1 && Group.Length - place <= 7 && Group.AsSpan(place + 1).IndexOfAnyExceptInRange('0', '9') < 0
        ? place
        : null;
}

/// <summary>What is known of Keras's classes of layers, as they are called in files.</summary>
internal static class Keras3Class
{
    public const string Convolution = "conv2d";
    public const string Depthwise = "depthwise_conv2d";
    public const string BatchNormalization = "batch_normalization";
    public const string Dense = "dense";

    /// <summary>Keras's words for the variables of a layer, in the order in which <c>save_own_variables</c> numbers them; none for a class that is not known here.</summary>
    /// <param name="name">The class.</param>
    /// <param name="count">How many variables the layer has: a batch-norm with three has no factor.</param>
    public static IReadOnlyList<string> Words(string name, int count) => name switch
    {
        Convolution or Dense => ["kernel", "bias"],
        Depthwise => ["depthwise_kernel", "bias"],
        BatchNormalization => Normalization(isScaled: count != 3, isShifted: true),
        _ => [],
    };

    /// <summary>The words of a batch-norm.</summary>
    public static IReadOnlyList<string> Normalization(bool isScaled, bool isShifted)
        => [.. isScaled ? (string[])["gamma"] : [], .. isShifted ? (string[])["beta"] : [], "moving_mean", "moving_variance"];
}
