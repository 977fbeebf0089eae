using AmViz.Maximization;
using AmViz.Models;

namespace AmViz.Cli.Attacks;

/// <summary>What <c>amviz attack --json</c> prints and <c>attack.json</c> holds.</summary>
/// <param name="Model">The network.</param>
/// <param name="Architecture">Its kind.</param>
/// <param name="WeightsSha256">Its weights.</param>
/// <param name="Settings">Every number of the attack.</param>
/// <param name="Pairs">Pictures times targets.</param>
/// <param name="Fooled">Saved pictures that the network takes for their target.</param>
/// <param name="Refused">Pairs that were not attacked, since the network sees the target already.</param>
/// <param name="Attacks">One a pair, the pictures one after another.</param>
internal sealed record AttackDocument(
    string Model, string Architecture, string WeightsSha256, AttackSettings Settings, int Pairs, int Fooled, int Refused, IReadOnlyList<AttackRow> Attacks);

/// <summary>What became of one pair.</summary>
/// <param name="Image">The picture, as the command line names it.</param>
/// <param name="Target">What the network shall see.</param>
/// <param name="Success">Whether it sees that in the file <paramref name="Adversarial"/>, read again from the disk.</param>
/// <param name="StepsToSuccess">Steps after which the picture of 8 bits first fooled the network; null if it never did.</param>
/// <param name="Steps">Steps of the saved picture; null if there is none.</param>
/// <param name="LInfinity">Largest change of a value in the saved picture, on pixels in [0, 1].</param>
/// <param name="GreyLevels">The same in grey levels of 255.</param>
/// <param name="TotalVariation">TV of the perturbation of the saved picture, on pixels in [0, 1].</param>
/// <param name="Before">What the network sees in the original.</param>
/// <param name="After">What it sees in the saved picture; null if there is none.</param>
/// <param name="Original">File: the part of the picture that the network sees.</param>
/// <param name="Adversarial">File: the changed picture.</param>
/// <param name="Perturbation">File: ten times the change, around mid-grey.</param>
/// <param name="Sha256">Of the file <paramref name="Adversarial"/>.</param>
/// <param name="Seconds">Time the attack took.</param>
/// <param name="Error">Why there is no success; null if there is.</param>
internal sealed record AttackRow(
    string Image, ClassName Target, bool Success, int? StepsToSuccess, int? Steps, double? LInfinity, int? GreyLevels, double? TotalVariation,
    ImageScores Before, ImageScores? After, string? Original, string? Adversarial, string? Perturbation, string? Sha256, double? Seconds, string? Error);

/// <summary>A class.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Label">Its label.</param>
internal sealed record ClassName(int Index, string Label);

/// <summary>What a network sees in a picture.</summary>
/// <param name="Top">The five classes of highest probability.</param>
/// <param name="Target">The class that it shall see.</param>
internal sealed record ImageScores(IReadOnlyList<ClassScore> Top, ClassScore Target)
{
    private const int TopCount = 5;

    /// <summary>The first of <see cref="Top"/>.</summary>
    internal ClassScore First => Top[0];

    /// <summary>Picks what is of interest for a target.</summary>
    /// <param name="all">All classes, highest first.</param>
    /// <param name="target">Index of the target.</param>
    public static ImageScores Of(IReadOnlyList<ClassScore> all, int target)
        => new([.. all.Take(TopCount)], all.First(score => score.Index == target));
}
