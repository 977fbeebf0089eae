using System.CommandLine;
using AmViz.TextureNet.Commands;

var root = new RootCommand("Trains texturenet, the small network of known textures that ships with AmViz.")
{
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    SheetCommand.Create(),
    SamplesCommand.Create(),
    PicturesCommand.Create(),
    LieCommand.Create(),
    ExposeCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
