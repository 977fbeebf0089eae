using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json;
using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;

namespace AmViz.Cli.Attacks;

/// <summary>The folder that an attack writes: pictures by name, the sheet, the document.</summary>
/// <param name="path">The folder; it exists.</param>
/// <param name="network">Whose examples.</param>
/// <param name="settings">How they are made.</param>
internal sealed class AttackFolder(string path, NetworkDescription network, AttackSettings settings)
{
    /// <summary>Name of the document.</summary>
    public const string DocumentName = "attack.json";

    /// <summary>Name of the sheet: original, perturbation and adversarial example side by side.</summary>
    public const string SheetName = "sheet.png";

    // PNG text, so that a picture that was copied elsewhere still says what it is.
    private const string TextKey = "amviz-attack";
    private const int LongestLabel = 24;
    private const int SheetColumns = 3;

    /// <summary>Writes the part of a picture that the network sees.</summary>
    public string WriteOriginal(InputPicture input) => Write($"{input.Stem}-original.png", Encode(input.Original, ReadOnlyDictionary<string, string>.Empty));

    /// <summary>Writes an adversarial example.</summary>
    public string WriteAdversarial(PlannedAttack attack, AdversarialExample example)
    {
        var record = new
        {
            network.Name,
            Weights = network.WeightsDigest,
            Image = Path.GetFileName(attack.Input.Path),
            attack.Target,
            settings,
            example.Steps,
            Software = SoftwareVersion.Current,
        };
        var text = new Dictionary<string, string>(StringComparer.Ordinal) { [TextKey] = JsonSerializer.Serialize(record, SweepJson.Compact) };
        return Write($"{Stem(attack)}-adversarial.png", Encode(example.Picture, text));
    }

    /// <summary>Writes a perturbation, made visible.</summary>
    public string WritePerturbation(PlannedAttack attack, Perturbation perturbation)
        => Write($"{Stem(attack)}-perturbation.png", PngCodec.Encode(perturbation.Draw()));

    /// <summary>Writes the sheet: a row of three pictures for each pair that was attacked.</summary>
    public void WriteSheet(IEnumerable<AttackRow> rows)
    {
        Picture[] tiles = [.. from row in rows
                              from file in (string?[])[row.Original, row.Perturbation, row.Adversarial]
                              where file is not null
                              select PictureLoader.Load(file)];
        if (tiles.Length > 0)
        {
            Write(SheetName, PngCodec.Encode(new ContactSheet(SheetColumns).Arrange(tiles)));
        }
    }

    /// <summary>Writes the document.</summary>
    public void WriteDocument(AttackDocument document)
        => Write(DocumentName, JsonSerializer.SerializeToUtf8Bytes(document, SweepJson.Indented));

    private byte[] Encode(Picture picture, IReadOnlyDictionary<string, string> text)
    {
        var panels = new ChannelPanels(network.InputChannels);
        return PngCodec.Encode(
            picture,
            panels.IsSingle ? text : new Dictionary<string, string>(text, StringComparer.Ordinal) { [ChannelPanels.TextKey] = panels.Text },
            isGrey: panels.IsGrey);
    }

    private static string Stem(PlannedAttack attack)
    {
        var label = attack.Target.Label.Split(',')[0];
        var name = string.Concat(label.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-'))[..Math.Min(label.Length, LongestLabel)].Trim('-');
        return string.Create(CultureInfo.InvariantCulture, $"{attack.Input.Stem}-to-{attack.Target.Index}{(name.Length > 0 ? $"-{name}" : "")}");
    }

    private string Write(string name, byte[] bytes)
    {
        var file = Path.Combine(path, name);
        File.WriteAllBytes(file, bytes);
        return file;
    }
}
