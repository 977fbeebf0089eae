using System.CommandLine;
using System.Globalization;
using AmViz.Imaging;
using AmViz.TextureNet.Training;

namespace AmViz.TextureNet.Commands;

/// <summary><c>samples --out DIR</c>: examples of every class, a file each, to be classified and attacked.</summary>
internal static class SamplesCommand
{
    public static Command Create()
    {
        var folder = new Option<DirectoryInfo>("--out") { Description = "Folder of the pictures.", Required = true };
        var samples = new Option<int>("--samples") { Description = "Pictures of each class.", DefaultValueFactory = _ => 1 };
        var seed = new Option<int>("--seed") { Description = "Seed of the pictures.", DefaultValueFactory = _ => 1 };
        var size = new Option<int>("--size") { Description = "Side of a picture in pixels.", DefaultValueFactory = _ => TrainingOptions.TextureNet.Size };
        var command = new Command("samples", "Write examples of all classes as PNG files.") { folder, samples, seed, size };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(folder), parsed.GetValue(samples), parsed.GetValue(seed), parsed.GetValue(size)));
        return command;
    }

    private static void Run(DirectoryInfo folder, int samples, int seed, int size)
    {
        folder.Create();
        int count = 0;
        foreach (var (textureClass, sample, picture) in SamplePictures.Draw(samples, seed, size))
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{textureClass.Index:00}-{textureClass.Label.Replace(' ', '-')}-{sample}.png");
            File.WriteAllBytes(Path.Combine(folder.FullName, name), PngCodec.Encode(picture));
            count++;
        }
        Console.WriteLine($"{folder.FullName}: {count} pictures");
    }
}
