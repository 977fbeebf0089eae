namespace AmViz.Responses.Textures;

/// <summary>One class of the network.</summary>
/// <param name="Index">Channel of the logits.</param>
/// <param name="Label">Name told to people, such as <c>stripes 45 deg fine</c>.</param>
/// <param name="Texture">What its pictures show.</param>
internal sealed record TextureClass(int Index, string Label, Texture Texture)
{
    public override string ToString() => $"{Index} '{Label}'";
}
