namespace AmViz.Responses;

/// <summary>What is shown of the photographs of a pass; any choice can be made of the same statistics.</summary>
/// <param name="Crops">Photographs of each of the three lists that are cut out, 0 to 9.</param>
/// <param name="EffectiveFields">Photographs of the top list whose effective receptive field is measured, 0 to 9.</param>
public sealed record ShownChoice(int Crops, int EffectiveFields)
{
    /// <summary>Name of the choice in paths, such as <c>crops9-fields9</c>.</summary>
    public string Name => FormattableString.Invariant($"crops{Crops}-fields{EffectiveFields}");
}
