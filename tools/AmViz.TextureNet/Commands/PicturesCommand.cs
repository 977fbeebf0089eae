using System.CommandLine;
using AmViz.Imaging;
using AmViz.TextureNet.Evaluating;

namespace AmViz.TextureNet.Commands;

/// <summary><c>pictures --weights DIR --out FILE.png</c>: the logit pictures of all classes, and whether they show them.</summary>
internal static class PicturesCommand
{
    private const int Columns = 8;

    public static Command Create()
    {
        var weights = new Option<DirectoryInfo>("--weights") { Description = "Folder of the weights.", Required = true };
        var file = new Option<FileInfo>("--out") { Description = "PNG to write.", Required = true };
        var steps = new Option<int>("--steps") { Description = "Steps of each picture.", DefaultValueFactory = _ => LogitPicture.Steps };
        var command = new Command("pictures", "Draw the logit pictures of all classes and compare them with the truth.") { weights, file, steps };
        command.SetAction(parsed => RunAsync(parsed.GetRequiredValue(weights).FullName, parsed.GetRequiredValue(file).FullName, parsed.GetValue(steps)));
        return command;
    }

    private static async Task RunAsync(string weights, string file, int steps)
    {
        var drawn = new List<LogitPicture>();
        await foreach (var picture in LogitPicture.DrawAllAsync(weights, steps))
        {
            drawn.Add(picture);
            Console.WriteLine(picture);
        }
        File.WriteAllBytes(file, PngCodec.Encode(new ContactSheet(Columns).Arrange([.. drawn.Select(picture => picture.Picture)])));
        var stripes = drawn.Where(picture => picture.DegreesOff is not null).ToList();
        Console.WriteLine($"{drawn.Count(picture => picture.IsRecognized)} of {drawn.Count} recognized; {stripes.Count(picture => picture.DegreesOff <= 10)} of {stripes.Count} stripes within 10 degrees");
    }
}
