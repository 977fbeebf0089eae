using System.Globalization;
using System.Text;
using AmViz.Models;
using AmViz.TextureNet.Evaluating;
using AmViz.Responses.Textures;
using AmViz.TextureNet.Training;

namespace AmViz.TextureNet.Publishing;

/// <summary>All that is known of a trained network.</summary>
/// <param name="Options">How it was trained.</param>
/// <param name="FileBytes">Size of <c>model.safetensors</c>.</param>
/// <param name="BySize">Answers on fresh draws, by side of the pictures in pixels; the training size is among them.</param>
/// <param name="DeadChannels">Layer by layer.</param>
/// <param name="DeadChannelDraws">Pictures that were looked at for that.</param>
internal sealed record ModelCard(
    TrainingOptions Options, long FileBytes, IReadOnlyDictionary<int, ConfusionMatrix> BySize,
    IReadOnlyList<DeadChannels> DeadChannels, int DeadChannelDraws)
{
    /// <summary>The logit pictures of all classes, in order.</summary>
    public required IReadOnlyList<LogitPicture> Pictures { get; init; }

    /// <summary>Between the training program and AmViz.Models, see <see cref="Agreement"/>.</summary>
    public required double LogitDifference { get; init; }

    /// <summary>How long the training took by the clock.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>How much of the processor it took, all cores together.</summary>
    public TimeSpan ProcessorTime { get; init; }

    /// <summary>The card as Markdown.</summary>
    public string Text() => string.Join("\n\n", new[] { Introduction(), Labels(), Training(), Accuracy(), Channels(), DrawnPictures(), Limits() }.OfType<string>()) + "\n";

    /// <summary>The command that trains this network again.</summary>
    public static string Command(TrainingOptions options) => Invariant(
        $"dotnet run -c Release --project tools/AmViz.TextureNet -- train --network {options.Network} --out src/AmViz.Networks/Embedded/{options.Network} --seed {options.Seed} --steps {options.Steps}");

    private ConfusionMatrix AtTrainingSize => BySize[Options.Size];

    private string Introduction() => Invariant($"""
        # {Options.Network}

        A small network that tells {TextureCatalogue.Classes.Count} kinds of texture apart. It ships inside the package, so that channels
        can be drawn without any download, and since its textures are made by rules, the truth about its classes is known.

        - Architecture: {Options.Shape.Layers}
        - Input: RGB, trained at {Options.Size} x {Options.Size} pixels; {Options.Shape.Sizes}
        - Weights: float16, {FileBytes / 1e6:F2} MB
        - Accuracy: {AtTrainingSize.Accuracy:P1} on {AtTrainingSize.Draws} fresh draws
        - Licence: MIT, like the program that trained it; no picture of anybody was used
        """);

    private static string Labels() => """
        ## What the labels mean

        `stripes T deg fine|coarse`: the **lines** run at T degrees, measured counter-clockwise from the x axis as a viewer
        sees the picture: 0 lies, 45 rises to the right like a slash, 90 stands. With rows counted downwards the lines run
        along (cos T, -sin T); the wave vector, and with it the peak of the power spectrum, points along (sin T, cos T).
        Fine stripes are about 10 pixels from line to line, coarse ones about 16. Each draw turns by up to 6 degrees and
        stretches by up to 12 %.

        `spiral clockwise`: an arm, followed from the middle outwards, turns clockwise as a viewer sees the picture.

        `red patches` and the other colours are the only classes known by their colour: all others come in two random
        colours of which either may be the lighter one.

        The order of `labels.json` is the order of the logits.
        """;

    private string Training() => Invariant($"""
        ## Training

            {Command(Options)}

        {Options.Steps} steps of {Options.PicturesPerClass * TextureCatalogue.Classes.Count} pictures, none shown twice, of {string.Join(", ", Options.Sizes.Distinct().Order())} pixels. It took {ProcessorTime.TotalMinutes:F1} minutes of
        processor time, {Elapsed.TotalMinutes:F1} minutes by the clock, on two CPU cores shared with other work ({Options.Threads} thread of
        torch, one that draws textures). AdamW, rate {Options.LearningRate} falling to 0 along a cosine, weight
        decay {Options.WeightDecay} {Options.Shape.Decay}. Every picture has random phase, period,
        placement, colours, blur, contrast, light from one side, and grain; from {100 * Options.WeatheringFrom:F0} % of the steps on, pictures also fade towards grey
        and are covered with noise, more and more until {100 * Options.WeatheringFull:F0} %, so that gradients lead from grey to the texture. At the same pace each
        picture is moved a step in the direction that the network likes least, by up to {100 * Options.WorstCaseRadius:F0} % of its contrast: that costs some
        accuracy, and without it the pictures drawn of classes drown in grain.{Bias()} The same
        command gives the same weights on the same kind of processor.
        """);

    private string Bias() => Options.BiasPictures == 0 ? "" : Invariant($"""
         Last of all, the bias of the classifier, zero until
        then, is fitted to {Options.BiasPictures} more pictures of {Options.Size} pixels, clear ones: under noise some classes learn to be modest.
        """);

    private string Accuracy()
    {
        var text = new StringBuilder(Invariant($"""
            ## Accuracy

            Measured on the float16 weights as read back, on draws that training does not see. On one picture of each class the
            logits of the training program and of AmViz.Models differ by {LogitDifference:G1} at most.

            | picture | draws | right |
            | --- | --- | --- |

            """));
        foreach (var (size, confusion) in BySize.OrderBy(entry => entry.Key))
            text.Append(Invariant($"| {size} px | {confusion.Draws} | {confusion.Accuracy:P1} |\n"));

        text.Append(Invariant($"\nBy class at {Options.Size} px:\n\n| class | label | right |\n| --- | --- | --- |\n"));
        foreach (var textureClass in TextureCatalogue.Classes)
        {
            var (right, draws) = AtTrainingSize.Of(textureClass);
            text.Append(Invariant($"| {textureClass.Index} | {textureClass.Label} | {right} of {draws} |\n"));
        }
        return text.ToString().TrimEnd();
    }

    private string? Channels()
    {
        if (DeadChannels.Count == 0)
            return null;

        var dying = DeadChannels.Where(layer => layer.Dead > 0).Select(layer => $"{layer.Layer} {layer.Dead} of {layer.Channels}").ToList();
        return Invariant($"""
            ## Dead channels

            Channels that stay at zero after ReLU6 on all of {DeadChannelDraws} fresh textures: {(dying.Count == 0 ? "none in any layer" : string.Join(", ", dying))}.
            """);
    }

    private string DrawnPictures()
    {
        var strange = Pictures.Where(picture => !picture.IsRecognized)
            .Select(picture => $"{picture.Class.Label} (taken for {TextureCatalogue.Classes[picture.SeenAs].Label})").ToList();
        var stripes = Pictures.Where(picture => picture.DegreesOff is not null).ToList();
        return Invariant($"""
            ## Pictures drawn of its classes

            Recipe `paper`, {LogitPicture.Steps} steps, seed 0, {Options.Size} px: {Pictures.Count - strange.Count} of {Pictures.Count} are taken for their class{(strange.Count == 0 ? "" : ", not so " + string.Join(", ", strange))}.
            Of the {stripes.Count} pictures of stripes, {stripes.Count(picture => picture.DegreesOff <= 10)} run within 10 degrees of their label, the worst {stripes.Max(picture => picture.DegreesOff):F1} degrees off (orientation of
            the power spectrum between periods of {LogitPicture.ShortestPeriod} and {LogitPicture.LongestPeriod} pixels).
            """);
    }

    private static string Limits() => """
        ## Limits

        It knows nothing but these textures and gives one of its labels to any picture. Lengths are in pixels: a picture
        shrunk by half shows another class. It is a test object and a demonstration, not a measure of texture recognition.
        """;

    // Numbers read the same wherever the card is written.
    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
