namespace AmViz.Models;

/// <summary>Whose definition of a network weights follow, where libraries differ.</summary>
internal enum Definition
{
    /// <summary>Keras applications.</summary>
    Keras,

    /// <summary>torchvision.</summary>
    Torchvision,
}

/// <summary>The field <c>definition</c> of a configuration.</summary>
internal static class Definitions
{
    /// <summary>Reads <c>keras</c> (where it is not there) or <c>torchvision</c>.</summary>
    public static Definition Read(ConfigFields fields)
        => fields.Choice("definition", "keras", "torchvision") == "torchvision" ? Definition.Torchvision : Definition.Keras;
}
