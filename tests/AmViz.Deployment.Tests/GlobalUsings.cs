global using AmViz.TestKit;
