using System.Globalization;
using AmViz.Models;
using AmViz.Responses.Textures;

namespace AmViz.TextureNet.Evaluating;

/// <summary>An evaluation as plain lines.</summary>
internal static class EvaluationReport
{
    private const int WorstShown = 12;

    /// <summary>Writes accuracy by class and in all, the most frequent mistakes, and dead channels.</summary>
    public static void Write(TextWriter output, ConfusionMatrix confusion, IReadOnlyList<DeadChannels> deadChannels)
    {
        foreach (var textureClass in TextureCatalogue.Classes)
        {
            var (right, draws) = confusion.Of(textureClass);
            output.WriteLine($"{textureClass.Index,3} {textureClass.Label,-26} {right,5} of {draws}");
        }
        foreach (var mistake in confusion.Worst().Take(WorstShown))
            output.WriteLine($"{mistake.Times,3} times {mistake.Truth} was taken for {mistake.Answer}");
        foreach (var layer in deadChannels.Where(layer => layer.Dead > 0))
            output.WriteLine($"{layer.Layer}: {layer.Dead} of {layer.Channels} channels never active");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"accuracy {confusion.Accuracy:P2} on {confusion.Draws} fresh draws"));
    }
}
