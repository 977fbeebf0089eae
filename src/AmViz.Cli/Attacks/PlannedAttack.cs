namespace AmViz.Cli.Attacks;

/// <summary>One pair of a picture and a target.</summary>
/// <param name="Input">The picture.</param>
/// <param name="Target">What the network shall see.</param>
/// <param name="Before">What it sees.</param>
internal sealed record PlannedAttack(InputPicture Input, ClassName Target, ImageScores Before)
{
    /// <summary>Whether there is nothing to attack.</summary>
    public bool IsThereAlready => Before.First.Index == Target.Index;

    /// <summary>Why there is nothing to attack.</summary>
    public string Refusal => $"the network sees {Target.Index} '{Target.Label}' in it already. Choose another target.";
}
