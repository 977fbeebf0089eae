using System.CommandLine;
using AmViz.Imaging;
using AmViz.Responses.Textures;
using AmViz.TextureNet.Training;

namespace AmViz.TextureNet.Commands;

/// <summary><c>sheet --out FILE.png</c>: examples of every class, two classes a row, to be looked at.</summary>
internal static class SheetCommand
{
    private const int ClassesPerRow = 2;

    public static Command Create()
    {
        var file = new Option<FileInfo>("--out") { Description = "PNG to write.", Required = true };
        var samples = new Option<int>("--samples") { Description = "Pictures of each class.", DefaultValueFactory = _ => 10 };
        var seed = new Option<int>("--seed") { Description = "Seed of the pictures.", DefaultValueFactory = _ => 1 };
        var size = new Option<int>("--size") { Description = "Side of a picture in pixels.", DefaultValueFactory = _ => TrainingOptions.TextureNet.Size };
        var command = new Command("sheet", "Draw a contact sheet of all classes.") { file, samples, seed, size };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(file).FullName, parsed.GetValue(samples), parsed.GetValue(seed), parsed.GetValue(size)));
        return command;
    }

    private static void Run(string path, int samples, int seed, int size)
    {
        Picture[] tiles = [.. SamplePictures.Draw(samples, seed, size).Select(sample => sample.Picture)];
        File.WriteAllBytes(path, PngCodec.Encode(new ContactSheet(samples * ClassesPerRow).Arrange(tiles)));
        Console.WriteLine($"{path}: {TextureCatalogue.Classes.Count} classes, {ClassesPerRow} a row, in the order of the logits");
    }
}
